package io.haori.cli.predict;

import static io.haori.core.check.Check.require;

import io.haori.cli.options.FileOptions;
import io.haori.cli.output.OutFolder;
import io.haori.cli.registry.AdapterOptions;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.FittedModel;
import io.haori.cli.registry.HeadLabelOptions;
import io.haori.cli.remote.RemoteModels;
import io.haori.cli.remote.RemoteOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.cli.session.WordsNote;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.client.AnsweredBy;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.inference.calibration.AnswerRule;
import io.haori.inference.calibration.CalibratedAnswers;
import io.haori.inference.calibration.CalibratedFormat;
import io.haori.inference.calibration.Calibration;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.AnswerFormat;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.training.data.Columns;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.ReadOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori predict}: text in, label and probabilities out. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Says for each text its label and the probabilities, one JSON object a line, with the number"
          + " of its line and all other columns. A blank text is answered without a label. From"
          + " stdin each line is answered as it comes."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori predict --adapter tickets-lora --text 'My card is lost'",
      "  haori predict --adapter tickets-lora --input new.csv --format csv",
      "  haori predict --adapter inspector --input photos --heat-maps looked-at",
      "  haori predict --server http://127.0.0.1:8080 --adapter food@live --text 'a rich soup'"
    })
public final class PredictCommand implements Callable<Integer> {
  /** Texts that go through the model together, of those that are there already. */
  private static final int BATCH = 256;

  private final Session session;

  @Mixin final AdapterOptions adapter = new AdapterOptions();

  @Mixin final RemoteOptions remote = new RemoteOptions();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description =
          "A file with texts (txt, jsonl, csv, tsv or xlsx; - for stdin), a picture, or a folder of"
              + " pictures (default: none).")
  @Nullable String input;

  @Option(
      names = "--text",
      paramLabel = "TEXT",
      description = "A text; may be given several times (default: none).")
  List<String> texts = new ArrayList<>();

  @Option(
      names = "--input-format",
      paramLabel = "NAME",
      description =
          "txt, jsonl, csv, tsv or xlsx (default: as the name of the file ends; txt for stdin).")
  @Nullable String inputFormat;

  @Option(
      names = "--format",
      paramLabel = "NAME",
      defaultValue = "jsonl",
      description = "jsonl or csv, which spreadsheets open (default: ${DEFAULT-VALUE}).")
  String format;

  @Option(
      names = "--top",
      paramLabel = "N",
      description = "Only the N most probable labels (default: all; 1 with --format csv).")
  @Nullable Integer top;

  @Option(
      names = "--threshold",
      paramLabel = "X",
      description =
          "Probability from which a label is answered (default: 0.5 where a text may have several;"
              + " else none, and a less probable answer has no label and is marked as unsure).")
  @Nullable Double threshold;

  @Option(
      names = "--unknown",
      paramLabel = "C",
      description =
          "Answer texts that are like none of the known ones with \"none of these\", so that a"
              + " share C of texts of known labels keep their answer, for example 0.9 (default:"
              + " none).")
  @Nullable Double unknown;

  @Option(
      names = "--coverage",
      paramLabel = "C",
      description =
          "Name for each text a set of labels that holds the right one in a share C of all texts,"
              + " for example 0.9 (default: none).")
  @Nullable Double coverage;

  @Option(
      names = "--heat-maps",
      paramLabel = "DIR",
      description =
          "Write for each picture where the model looked for its answer, as a PNG of the same name"
              + " (default: none).")
  @Nullable Path heatMaps;

  @Mixin final FileOptions files = new FileOptions();

  @Option(
      names = "--domain-column",
      paramLabel = "NAME",
      description = "Column of the domain (default: domain, where there is one).")
  @Nullable String domainColumn;

  @Mixin final HeadLabelOptions headLabels = new HeadLabelOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  public PredictCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    Instant start = session.clock().instant();
    common.check();
    check();
    if (remote.server != null) {
      try (PredictInput source = source()) {
        return answer(remote.open(session.context()), source, start);
      }
    }
    try (PredictInput source = source();
        CheckedOut chosen = adapter.open(session)) {
      return answer(chosen, source, start);
    }
  }

  private void check() throws IOException {
    if (input == null && texts.isEmpty()) {
      throw new UserError("--input is missing: haori predict needs it, or --text");
    }
    require(input == null || texts.isEmpty(), "--text", "left out with --input", texts);
    if (inputFormat != null) {
      List<String> known = PredictInput.FORMATS;
      require(
          known.contains(inputFormat),
          "--input-format",
          "one of " + String.join(", ", known),
          inputFormat);
      require(
          !inputFormat.equals("xlsx") || !"-".equals(input),
          "--input-format",
          "txt, jsonl, csv or tsv for stdin",
          inputFormat);
    }
    List<String> formats = PredictOutput.FORMATS;
    require(formats.contains(format), "--format", "one of " + String.join(", ", formats), format);
    require(!common.json || format.equals("jsonl"), "--format", "jsonl with --json", format);
    if (top != null) {
      require(top >= 1, "--top", "at least 1", top);
    }
    var unused = new AnswerRule(null, unknown, coverage);
    if (heatMaps != null) {
      OutFolder.requireNewOrEmpty("--heat-maps", heatMaps);
    }
    remote.check();
    remote.refuse("--threshold", threshold);
    remote.refuse("--unknown", unknown);
    remote.refuse("--coverage", coverage);
    remote.refuse("--heat-maps", heatMaps);
    remote.refuse("--base", common.base);
    remote.refuse("--head-labels", headLabels.names().isEmpty() ? null : headLabels.names());
  }

  private int answer(RemoteModels models, PredictInput source, Instant start) {
    AnsweredBy module = models.open(adapter.adapter);
    Task task = RemoteModels.task(module);
    source.answeredBy(task);
    return answer(rows -> models.predict(module, task, rows), source, task.format(), start);
  }

  private PredictInput source() {
    if (input == null) {
      return PredictInput.of(texts);
    }
    ReadOptions read = files.read();
    var columns = new Columns(files.textColumn, files.pairColumn, null, domainColumn);
    return input.equals("-")
        ? PredictInput.of(
            session.console().in(),
            PredictInput.format(inputFormat == null ? "txt" : inputFormat),
            read,
            columns)
        : PredictInput.of(Path.of(input), inputFormat, read, columns);
  }

  private int answer(CheckedOut chosen, PredictInput source, Instant start) throws IOException {
    HaoriJson json = adapter.describe(chosen, common, headLabels.names());
    DomainLabels labels = json.labels();
    boolean classes = labels.task().equals(TaskCatalogue.CLASSIFICATION);
    AnswerRule rule = new AnswerRule(classes ? threshold : null, unknown, coverage);
    CalibratedAnswers.requireApplicable(labels, rule);
    Task task = threshold == null || classes ? labels.task() : labels.task().at(threshold);
    source.answeredBy(task);
    Optional<Calibration> calibration =
        rule.isNone() ? Optional.empty() : AdapterFolder.calibration(chosen.folder());
    if (rule.needsCalibration()) {
      CalibratedAnswers.requireCalibration(chosen.shown(), calibration, rule);
    }
    try (FittedModel fitted =
        FittedModel.open(
            chosen, json, headLabels.names(), new EngineSetup(session, common), common)) {
      var note = new UnknownTokenNote(session, common, fitted.base().name());
      var words = new WordsNote(session, common, source.name());
      Path maps = heatMaps;
      HeatMaps heat =
          maps == null
              ? null
              : new HeatMaps(maps, fitted.base().backbone().config(), labels.task());
      Local local = new Local(fitted, labels, source.name(), note, words, heat);
      return rule.isNone()
          ? answer(local.answering(plain(fitted, labels.with(task))), source, task.format(), start)
          : answer(
              local.answering(CalibratedAnswers.of(fitted.model(), calibration, rule)::of),
              source,
              new CalibratedFormat(rule, task.format()),
              start);
    }
  }

  /** What answers rows. */
  @FunctionalInterface
  private interface Answering<T> {
    /** One answer a row. */
    List<T> of(List<Row> rows);
  }

  /**
   * A model in this process.
   *
   * @param fitted answers
   * @param labels of its heads
   * @param name of the input
   * @param note about words that the base does not know
   * @param words about words that were cut
   * @param heat maps of what was looked at; null for none
   */
  private record Local(
      FittedModel fitted,
      DomainLabels labels,
      Path name,
      UnknownTokenNote note,
      WordsNote words,
      @Nullable HeatMaps heat) {
    <T> Answering<T> answering(AnsweringTokens<T> inner) {
      return rows -> {
        int[] heads = rows.stream().mapToInt(row -> head(row, labels, name)).toArray();
        TokenizedRows tokens = fitted.model().tokenize(rows);
        note.look(tokens.coverage());
        List<T> answers = inner.of(tokens, heads);
        words.look(labels.task(), rows, tokens);
        if (heat != null) {
          heat.write(fitted.model(), rows, tokens, heads);
        }
        return answers;
      };
    }
  }

  /** What answers rows that were tokenised. */
  @FunctionalInterface
  private interface AnsweringTokens<T> {
    /** One answer a row; {@code headOfRow} has the index of the head that answers. */
    List<T> of(TokenizedRows rows, int[] headOfRow);
  }

  private static AnsweringTokens<Prediction> plain(FittedModel fitted, DomainLabels labels) {
    return (rows, headOfRow) -> {
      double[][] numbers = fitted.model().numbers(rows, headOfRow);
      return IntStream.range(0, numbers.length)
          .mapToObj(
              row ->
                  labels
                      .task()
                      .prediction(labels.heads().get(headOfRow[row]).labels(), numbers[row]))
          .toList();
    };
  }

  private <T> int answer(
      Answering<T> answering, PredictInput source, AnswerFormat<T> answers, Instant start) {
    PredictOutput<T> output =
        format.equals("csv")
            ? new PredictOutput.Csv<>(
                session.console().rows(), source, answers, top == null ? 1 : top)
            : new PredictOutput.Jsonl<>(session.console().json(), answers, top);
    long rows = 0;
    for (List<DataRecord> batch = batch(source); !batch.isEmpty(); batch = batch(source)) {
      // Only while the model works: whoever interrupts the waiting for a line is obeyed at once.
      try (Interruption interruption = Interruption.ofProcess(session.console())) {
        answer(answering, batch, source, output);
        session.console().json().flush();
        rows += batch.size();
        if (interruption.requested()) {
          return ExitCode.INTERRUPTED;
        }
      }
    }
    output.finish();
    if (common.json) {
      new JsonResult("predict")
          .put("rows", rows)
          .print(session.console(), session.secondsSince(start));
    }
    return ExitCode.DONE;
  }

  /** What is there, at least one record unless the input has ended. */
  private static List<DataRecord> batch(PredictInput source) {
    List<DataRecord> batch = new ArrayList<>();
    do {
      DataRecord next = source.next();
      if (next == null) {
        break;
      }
      batch.add(next);
    } while (batch.size() < BATCH && source.ready());
    return batch;
  }

  private static <T> void answer(
      Answering<T> answering,
      List<DataRecord> batch,
      PredictInput source,
      PredictOutput<T> output) {
    List<Row> rows = new ArrayList<>();
    for (DataRecord item : batch) {
      Row row = source.row(item);
      if (row != null) {
        rows.add(row);
      }
    }
    List<T> answers;
    try {
      answers = rows.isEmpty() ? List.of() : answering.of(rows);
    } catch (UserError e) {
      throw source.withWhatFollows(e);
    }
    int next = 0;
    for (DataRecord item : batch) {
      boolean blank = next == rows.size() || rows.get(next).line() != item.line();
      output.write(new PredictOutput.Answer<>(item, blank ? null : answers.get(next++)));
    }
  }

  private static int head(Row row, DomainLabels labels, Path name) {
    return labels
        .headOf(row.domain())
        .orElseThrow(
            () -> {
              List<String> known = labels.heads().stream().map(DomainLabels.Head::domain).toList();
              String got = row.domain() == null ? "none" : row.domain();
              return Check.at(
                  name,
                  row.line(),
                  "domain must be one of " + String.join(", ", known) + ", got " + got);
            });
  }
}
