package io.haori.cli.mix;

import static io.haori.core.check.Check.require;

import io.haori.adapter.peft.PeftFolder;
import io.haori.adapter.peft.PeftSettings;
import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.export.PeftExport;
import io.haori.cli.output.OutFolder;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.cli.tune.TaskFit;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.training.data.Dataset;
import io.haori.training.task.Predictions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How small a mix can be stored: with the modules that it names its bytes grow with their number,
 * while one LoRA of its strongest components has a size that is chosen. Each size is built and
 * scored, not estimated.
 */
public final class MixSizes {
  @Option(
      names = "--sizes",
      paramLabel = "N,N,…",
      split = ",",
      description =
          "Also build the mix as one LoRA cut to each of these ranks, and show its bytes and its"
              + " accuracy (default: none).")
  List<Integer> ranks = new ArrayList<>();

  /**
   * One form of the mix.
   *
   * @param rank of the LoRA on each layer at most; null for the mix with its modules
   * @param storedBytes of its folder, with those of the modules where it needs them
   * @param energyLost share of the updates' energy that was cut off, in [0, 1]
   * @param validation scores by name
   * @param test scores by name
   */
  public record Size(
      @Nullable Integer rank,
      long storedBytes,
      double energyLost,
      Map<String, Double> validation,
      Map<String, Double> test) {
    private Map<String, Object> forJson() {
      Map<String, Object> json = new LinkedHashMap<>();
      if (rank != null) {
        json.put("rank", rank);
      }
      json.put("storedBytes", storedBytes);
      json.put("energyLost", energyLost);
      json.put("validation", validation);
      json.put("test", test);
      return json;
    }
  }

  /** Refuses ranks out of their bounds. */
  void check() {
    ranks.forEach(rank -> require(rank >= 1, "--sizes", "of ranks of at least 1", rank));
  }

  /**
   * Builds and scores every size.
   *
   * @param model with the mix; stays open and unchanged
   * @param data whose validation and test rows are answered
   * @param out folder of the mix
   * @param modules folders of its modules that are elsewhere
   * @param fit the result of the mix itself
   */
  List<Size> of(TextModel model, Dataset data, Path out, List<Path> modules, TaskFit fit) {
    List<Size> sizes = new ArrayList<>();
    long whole = OutFolder.bytes(out) + modules.stream().mapToLong(OutFolder::bytes).sum();
    sizes.add(new Size(null, whole, 0, fit.validation(), fit.test()));
    for (int rank : ranks) {
      sizes.add(of(model, data, rank));
    }
    return sizes;
  }

  private static Size of(TextModel model, Dataset data, int rank) {
    PeftExport export = PeftExport.of(model.module(), model.base().backbone().slots(), rank);
    Heads heads =
        Heads.restore(
            model.heads().labels(), model.base().backbone().width(), model.heads().tensors());
    // Owns both from here on.
    try (TextModel cut = new TextModel(model.base(), export.module(), heads, model.options())) {
      return new Size(
          rank,
          storedBytes(cut.module(), heads, model.base().name()),
          export.energyLost(),
          Predictions.of(cut, data.validation()).scores().byName(),
          Predictions.of(cut, data.test()).scores().byName());
    }
  }

  private static long storedBytes(AdapterModule module, Heads heads, String base) {
    try {
      Path around = Files.createTempDirectory("haori-size-");
      try {
        Path folder = around.resolve("lora");
        AtomicFiles.writeFolder(
            folder,
            place -> PeftFolder.write(place, module, heads.tensors(), PeftSettings.bare(base)));
        return OutFolder.bytes(folder);
      } finally {
        AtomicFiles.delete(around);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One row a size; for numbers with the errors in the unit of the data. */
  public static Table table(List<Size> sizes) {
    List<String> header =
        new ArrayList<>(List.of("stored as", "bytes", "energy lost", "validation", "test"));
    ScoreText.errorNames(sizes.get(0).test()).forEach(name -> header.add("test " + name));
    Table table = new Table(header.toArray(String[]::new));
    for (Size size : sizes) {
      List<String> cells = new ArrayList<>();
      cells.add(size.rank() == null ? "mix and its modules" : "one LoRA of rank " + size.rank());
      cells.add(ScoreText.bytes(size.storedBytes()));
      cells.add(String.format(Locale.ROOT, "%.2f %%", 100 * size.energyLost()));
      cells.add(score(size.validation()));
      cells.add(score(size.test()));
      cells.addAll(ScoreText.errors(size.test()));
      table.row(cells.toArray(String[]::new));
    }
    return table;
  }

  private static String score(Map<String, Double> scores) {
    return String.format(Locale.ROOT, "%.4f", TaskCatalogue.mainScore(scores));
  }

  /** As the command's JSON shows it. */
  static List<Map<String, Object>> forJson(List<Size> sizes) {
    return sizes.stream().map(Size::forJson).toList();
  }
}
