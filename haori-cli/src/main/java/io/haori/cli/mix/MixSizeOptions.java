package io.haori.cli.mix;

import static io.haori.core.check.Check.require;

import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.training.baseline.TaskFit;
import io.haori.training.data.Dataset;
import io.haori.training.mix.MixSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Option;

/** In which sizes a mix is built, too, and how these are shown. */
public final class MixSizeOptions {
  @Option(
      names = "--sizes",
      paramLabel = "N,N,…",
      split = ",",
      description =
          "Also build the mix as one LoRA cut to each of these ranks, and show its bytes and its"
              + " accuracy (default: none).")
  List<Integer> ranks = new ArrayList<>();

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
  List<MixSize> of(TextModel model, Dataset data, Path out, List<Path> modules, TaskFit fit) {
    List<MixSize> sizes = new ArrayList<>();
    sizes.add(MixSize.withModules(out, modules, fit.validation(), fit.test()));
    ranks.forEach(rank -> sizes.add(MixSize.asLora(model, data, rank)));
    return sizes;
  }

  /** One row a size; for numbers with the errors in the unit of the data. */
  public static Table table(List<MixSize> sizes) {
    List<String> header =
        new ArrayList<>(List.of("stored as", "bytes", "energy lost", "validation", "test"));
    ScoreText.errorNames(sizes.get(0).test()).forEach(name -> header.add("test " + name));
    Table table = new Table(header.toArray(String[]::new));
    for (MixSize size : sizes) {
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
  static List<Map<String, Object>> forJson(List<MixSize> sizes) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (MixSize size : sizes) {
      Map<String, Object> json = new LinkedHashMap<>();
      if (size.rank() != null) {
        json.put("rank", size.rank());
      }
      json.put("storedBytes", size.storedBytes());
      json.put("energyLost", size.energyLost());
      json.put("validation", size.validation());
      json.put("test", size.test());
      list.add(json);
    }
    return list;
  }
}
