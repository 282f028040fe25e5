package io.haori.cli.data;

import static io.haori.core.check.Check.require;

import io.haori.cli.options.ClassOptions;
import io.haori.cli.options.ReadingOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.DataNotes;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.inference.model.TextOptions;
import io.haori.inference.tokens.PictureReader;
import io.haori.inference.tokens.RowReader;
import io.haori.inference.tokens.TextCoverage;
import io.haori.training.data.DataFile;
import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.data.PromptedDataset;
import io.haori.training.data.summary.DataSummary;
import io.haori.training.data.summary.DataWarning;
import io.haori.training.data.summary.SplitSummary;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
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
      "Reads data as tune does and counts rows, labels, cut texts, tokens that are unknown to the"
          + " base, duplicates and test rows that occur in training. Rows with prompt and"
          + " completion are counted in the tokens of the decoder that --base names; pictures are"
          + " all decoded and compared by their looks. Warnings do not change the exit code."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori data check orders.xlsx --text-column 内容 --label-column 分類",
      "  haori data check food.txt --base mbert",
      "  haori data check answers --base models/Qwen3-0.6B"
    })
public final class DataCheckCommand implements Callable<Integer> {
  /** What is in place of a task's name where there are no labels. */
  private static final String TEXTS = "texts";

  /** The most labels that are listed for a person. */
  private static final int MOST_LABELS = 20;

  private final Session session;

  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR|FILE",
      description =
          "A folder with train, validation and test, or with a corpus, or with a folder of pictures"
              + " for each class, or one jsonl, csv, tsv, xlsx or txt file (default: that of"
              + " --data).")
  @Nullable Path place;

  @Option(
      names = "--data",
      paramLabel = "DIR|FILE",
      description = "The same as an option (default: none).")
  @Nullable Path data;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "Tokens of a text that training would read (default: "
              + TextOptions.DEFAULT_MAX_LENGTH
              + ").")
  int maxLength = TextOptions.DEFAULT_MAX_LENGTH;

  @Option(
      names = "--corpus",
      description =
          "Read texts without labels, as pretrain does (default: for .txt and for a folder with a"
              + " file corpus but no train).")
  boolean corpus;

  @Mixin final ReadingOptions reading = new ReadingOptions();

  @Mixin final ClassOptions classes = new ClassOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  public DataCheckCommand(Session session) {
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
    String base = common.baseOr(CommonOptions.DEFAULT_BASE);
    if (corpus || Dataset.isCorpusAlone(chosen)) {
      DataOptions options = reading.options(common.seed, classes.labels);
      DataFile texts = Dataset.readCorpus(chosen, options);
      if (texts.isOfPictures()) {
        noteBaseOfTexts();
        new ImageCheck(session, common).run(texts, start);
        return ExitCode.DONE;
      }
      show(summary(base, t -> DataSummary.ofTexts(texts, t, maxLength)), TEXTS, null, start);
    } else if (PromptedDataset.isIn(chosen, reading.options(common.seed, classes.labels))) {
      require(
          classes.labels == null,
          "--labels",
          "left out for rows of prompt and completion",
          String.valueOf(classes.labels));
      PromptedDataset prompts = PromptedDataset.read(chosen, reading.options(common.seed, null));
      new PromptCheck(session, common, maxLength).run(prompts, start);
    } else {
      Dataset data = Dataset.read(chosen, reading.options(common.seed, classes.labels));
      if (data.train().isOfPictures()) {
        noteBaseOfTexts();
        new ImageCheck(session, common).run(data, start);
        return ExitCode.DONE;
      }
      String kind = data.labels().task().name();
      show(summary(base, t -> DataSummary.of(data, t, maxLength)), kind, data.splitBy(), start);
    }
    return ExitCode.DONE;
  }

  /** Pictures are counted without a base, so one that reads texts does no harm here. */
  private void noteBaseOfTexts() {
    if (common.base == null) {
      return;
    }
    try (RowReader reader = new EngineSetup(session, common).reader(common.base)) {
      if (!(reader instanceof PictureReader)) {
        session.note(
            common,
            "--base " + common.base + " reads texts, and the data are pictures: it was not used");
      }
    }
  }

  /** Counts, and adds what only the base's name says something about. */
  private DataSummary summary(String base, Function<RowReader, DataSummary> counting) {
    DataSummary counted;
    try (RowReader reader = new EngineSetup(session, common).reader(base)) {
      counted = counting.apply(reader);
    }
    TextCoverage coverage = counted.coverage();
    if (!coverage.manyUnknown()) {
      return counted;
    }
    List<DataWarning> warnings = new ArrayList<>(counted.warnings());
    warnings.add(
        new DataWarning(
            "unknown-tokens", coverage.rows(), UnknownTokenNote.listed(base, coverage), List.of()));
    return new DataSummary(counted.splits(), warnings);
  }

  private void show(DataSummary summary, String kind, @Nullable String splitBy, Instant start) {
    if (common.json) {
      json(summary, kind, splitBy).print(session.console(), session.secondsSince(start));
    } else {
      print(summary, kind, splitBy);
    }
  }

  private void print(DataSummary summary, String kind, @Nullable String splitBy) {
    if (splitBy != null) {
      session.console().out().println("Split " + splitBy + ".");
    }
    Table table =
        new Table("split", "rows", "labels", "longest", "cut", "unknown tokens", "repeated");
    for (SplitSummary split : summary.splits()) {
      TextCoverage coverage = coverage(split);
      table.row(
          split.name(),
          count(split.rows()),
          kind.equals(TEXTS)
              ? "none"
              : split.labels().isEmpty() ? "numbers" : count(split.labels().size()),
          count(coverage.longest()),
          cut(coverage),
          percent(coverage.unknownShare()),
          count(split.duplicates()));
    }
    table.print(session.console());
    session
        .console()
        .out()
        .println(
            "Lengths are tokens of "
                + common.baseOr(CommonOptions.DEFAULT_BASE)
                + "; texts of more than "
                + maxLength
                + " are cut.");
    labels(session, summary);
    print(session, summary.warnings());
  }

  /** Prints the warnings, after a blank line. */
  static void print(Session session, List<DataWarning> warnings) {
    session.console().out().println();
    if (warnings.isEmpty()) {
      session.console().out().println("No warnings.");
    }
    for (DataWarning warning : warnings) {
      session.console().out().println("Warning: " + DataNotes.sentence(warning) + ".");
    }
  }

  /** The most frequent labels of the training rows; nothing for numbers and texts alone. */
  static void labels(Session session, DataSummary summary) {
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

  private JsonResult json(DataSummary summary, String kind, @Nullable String splitBy) {
    List<Map<String, Object>> splits = new ArrayList<>();
    for (SplitSummary split : summary.splits()) {
      TextCoverage coverage = coverage(split);
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", split.name());
      one.put("file", split.file());
      one.put("rows", split.rows());
      one.put("labels", split.labels());
      one.put("longestCharacters", split.longestCharacters());
      one.put("longestTokens", coverage.longest());
      one.put("cut", coverage.cutRows());
      one.put("shareCut", coverage.cutShare());
      one.put("tokens", coverage.tokens());
      one.put("unknownTokens", coverage.unknownTokens());
      one.put("shareUnknown", coverage.unknownShare());
      one.put("duplicates", split.duplicates());
      splits.add(one);
    }
    return new JsonResult("data check")
        .put("kind", kind)
        .put("base", common.baseOr(CommonOptions.DEFAULT_BASE))
        .put("maxLength", maxLength)
        .put("split", splitBy)
        .put("splits", splits)
        .put("warnings", summary.warnings().stream().map(DataNotes::withFlags).toList());
  }

  private static TextCoverage coverage(SplitSummary split) {
    return split.coverage() == null ? TextCoverage.NONE : split.coverage();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** Rows that are cut, with their share. */
  static String cut(TextCoverage coverage) {
    return count(coverage.cutRows()) + " (" + percent(coverage.cutShare()) + ")";
  }

  /** A number with separators. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
