package io.haori.cli.module.combine;

import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.core.check.Check;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.training.condense.Quality;
import io.haori.training.condense.StoredModule;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a change of modules does to labelled rows: their scores before and after.
 *
 * @param folder of the data
 * @param validation rows that may choose
 * @param test rows that are scored
 */
record Measurement(Path folder, DataFile validation, DataFile test) {
  /**
   * Reads the rows for a module.
   *
   * @param data the folder, null when the user gave none
   * @param all modules that will be scored
   * @return null when the modules have no heads to score
   * @throws io.haori.core.check.UserError when data are missing for modules with heads, or given
   *     for others
   */
  static @Nullable Measurement of(@Nullable Path data, List<LoadedVersions.Loaded> all) {
    LoadedVersions.Loaded first = all.get(0);
    DomainLabels labels = first.module().heads().map(heads -> heads.labels()).orElse(null);
    if (labels == null) {
      Check.require(
          data == null,
          "--data",
          "left out for " + first.version().id() + ", which has no head to score",
          String.valueOf(data));
      return null;
    }
    Check.require(
        data != null,
        "--data",
        "a folder with validation and test, on which the loss of accuracy is measured",
        "nothing");
    Path folder = Objects.requireNonNull(data);
    Measurement measurement =
        new Measurement(
            folder,
            Dataset.readSplit(folder, Split.VALIDATION, labels),
            Dataset.readSplit(folder, Split.TEST, labels));
    measurement.evaluation(Map.of());
    return measurement;
  }

  Evaluation evaluation(Map<String, Double> scores) {
    String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    return new Evaluation(name, Split.TEST.fileName(), test.sha256(), scores);
  }

  /**
   * A row of the table of scores.
   *
   * @param name of what was scored
   * @param validation how it did on the validation rows
   * @param test how it did on the test rows
   */
  record Line(String name, Quality validation, Quality test) {}

  Line line(String name, TextPass pass) {
    return new Line(name, Quality.of(pass, validation), Quality.of(pass, test));
  }

  Line line(LoadedVersions.Loaded source) {
    StoredModule module = source.module();
    return line(source.version().id().toString(), module.pass(module.module()));
  }

  /** The lines, the last of which is what was made of the others. */
  static void tell(RegistryOptions options, CommandContext context, List<Line> lines) {
    Line last = lines.get(lines.size() - 1);
    List<String> header = new ArrayList<>(List.of("module"));
    List<String> scores = List.copyOf(new TreeSet<>(last.test().scores().keySet()));
    header.add("validation loss");
    header.add("test loss");
    scores.forEach(score -> header.add("test " + score));
    Table table = new Table(header.toArray(String[]::new));
    for (Line line : lines) {
      List<String> cells = new ArrayList<>(List.of(line.name()));
      cells.add(number(line.validation().loss()));
      cells.add(number(line.test().loss()));
      scores.forEach(
          score -> cells.add(number(line.test().scores().getOrDefault(score, Double.NaN))));
      table.row(cells.toArray(String[]::new));
    }
    options.table(context, table);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** The same for {@code --json}. */
  static void put(JsonResult json, List<Line> lines) {
    json.put("before", lines.subList(0, lines.size() - 1).stream().map(Measurement::json).toList());
    json.put("after", json(lines.get(lines.size() - 1)));
  }

  private static Map<String, Object> json(Line line) {
    return Map.of(
        "module", line.name(),
        "validationLoss", line.validation().loss(),
        "testLoss", line.test().loss(),
        "validation", line.validation().scores(),
        "test", line.test().scores());
  }
}
