package io.haori.cli;

import static io.haori.check.Check.require;

import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.tensor.DType;
import io.haori.training.data.DataSummary;
import io.haori.training.data.DataWarning;
import io.haori.training.data.Dataset;
import io.haori.training.data.SplitSummary;
import io.haori.training.data.TaskKind;
import io.haori.training.task.TextBase;
import io.haori.training.task.TextOptions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code haori data check}: what is in a dataset, and what is doubtful about it. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Reads data as tune does and counts rows, labels, cut texts, duplicates and test rows that"
          + " occur in training. Warnings do not change the exit code."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori data check orders.xlsx --text-column 内容 --label-column 分類")
final class DataCheckCommand implements Callable<Integer> {
  /** The most labels that are listed for a person. */
  private static final int MOST_LABELS = 20;

  private final Session session;

  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR|FILE",
      description =
          "A folder with train, validation and test, or one jsonl, csv, tsv or xlsx file"
              + " (default: that of --data).")
  @Nullable Path place;

  @Option(names = "--data", paramLabel = "DIR|FILE", description = "The same as an option (default: none).")
  @Nullable Path data;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "Tokens of a text that training would read (default: "
              + TextOptions.DEFAULT_MAX_LENGTH
              + ").")
  int maxLength = TextOptions.DEFAULT_MAX_LENGTH;

  @Mixin final ReadingOptions reading = new ReadingOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  DataCheckCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Instant start = session.clock().instant();
    common.check();
    reading.check();
    require(maxLength >= 3, "--max-length", "at least 3", maxLength);
    Path chosen = place == null ? data : place;
    if (chosen == null || (place != null && data != null)) {
      throw new ParameterException(
          spec.commandLine(),
          "haori data check needs one folder or file, such as data check orders");
    }
    Dataset dataset = Dataset.read(chosen, reading.options(common.seed));
    DataSummary summary = summary(dataset);
    if (common.json) {
      json(summary, dataset).print(session.console(), session.secondsSince(start));
    } else {
      print(summary, dataset);
    }
    return ExitCode.DONE;
  }

  private DataSummary summary(Dataset dataset) {
    String base = common.baseOr(CommonOptions.DEFAULT_BASE);
    try (TextBase opened = new Workbench(session, common).open(base, DType.F32)) {
      return DataSummary.of(dataset, opened.tokenizer(), maxLength);
    }
  }

  private void print(DataSummary summary, Dataset dataset) {
    if (dataset.splitBy() != null) {
      session.console().out().println("Split " + dataset.splitBy() + ".");
    }
    Table table =
        new Table("split", "rows", "labels", "longest (tokens)", "cut", "share cut", "repeated");
    for (SplitSummary split : summary.splits()) {
      int cut = split.cut() == null ? 0 : split.cut();
      table.row(
          split.name(),
          count(split.rows()),
          dataset.labels().kind() == TaskKind.REGRESSION ? "numbers" : count(split.labels().size()),
          count(split.longestTokens() == null ? 0 : split.longestTokens()),
          count(cut),
          String.format(Locale.ROOT, "%.1f %%", 100.0 * cut / Math.max(1, split.rows())),
          count(split.duplicates()));
    }
    table.print(session.console());
    labels(summary);
    session.console().out().println();
    if (summary.warnings().isEmpty()) {
      session.console().out().println("No warnings.");
    }
    for (DataWarning warning : summary.warnings()) {
      session.console().out().println("Warning: " + DataNotes.sentence(warning) + ".");
    }
  }

  private void labels(DataSummary summary) {
    Map<String, Long> training = summary.splits().get(0).labels();
    if (training.isEmpty()) {
      return;
    }
    session.console().out().println();
    Table table = new Table("label", "train", "validation", "test");
    List<String> names =
        training.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
            .map(Map.Entry::getKey)
            .toList();
    for (String name : names.subList(0, Math.min(MOST_LABELS, names.size()))) {
      String[] cells = new String[4];
      cells[0] = name;
      for (int i = 0; i < 3; i++) {
        cells[i + 1] = count(summary.splits().get(i).labels().getOrDefault(name, 0L));
      }
      table.row(cells);
    }
    table.print(session.console());
    if (names.size() > MOST_LABELS) {
      session.console().out().println("and " + (names.size() - MOST_LABELS) + " more labels");
    }
  }

  private JsonResult json(DataSummary summary, Dataset dataset) {
    List<Map<String, Object>> splits =
        summary.splits().stream()
            .map(
                split -> {
                  int cut = split.cut() == null ? 0 : split.cut();
                  Map<String, Object> one = new LinkedHashMap<>();
                  one.put("name", split.name());
                  one.put("file", split.file());
                  one.put("rows", split.rows());
                  one.put("labels", split.labels());
                  one.put("longestCharacters", split.longestCharacters());
                  one.put(
                      "longestTokens", split.longestTokens() == null ? 0 : split.longestTokens());
                  one.put("cut", cut);
                  one.put("shareCut", (double) cut / Math.max(1, split.rows()));
                  one.put("duplicates", split.duplicates());
                  return one;
                })
            .toList();
    return new JsonResult("data check")
        .put("kind", dataset.labels().kind().name().toLowerCase(Locale.ROOT))
        .put("maxLength", maxLength)
        .put("split", dataset.splitBy())
        .put("splits", splits)
        .put("warnings", summary.warnings());
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
