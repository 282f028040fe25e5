package io.haori.cli.predict;

import static io.haori.core.check.Check.require;

import io.haori.cli.options.FileOptions;
import io.haori.cli.registry.AdapterOptions;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.FittedModel;
import io.haori.cli.registry.HeadLabelOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.cli.session.WordsNote;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.inference.folder.HaoriJson;
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
import java.util.concurrent.Callable;
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
      "  haori predict --adapter tickets-lora --input new.csv --format csv"
    })
public final class PredictCommand implements Callable<Integer> {
  /** Texts that go through the model together, of those that are there already. */
  private static final int BATCH = 256;

  private final Session session;

  @Mixin final AdapterOptions adapter = new AdapterOptions();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "A file with texts: txt, jsonl, csv, tsv or xlsx; - for stdin (default: none).")
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
          "Probability from which a label is answered, where a text may have several (default:"
              + " 0.5).")
  @Nullable Double threshold;

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
    try (PredictInput source = source();
        CheckedOut chosen = adapter.open(session)) {
      return answer(chosen, source, start);
    }
  }

  private void check() {
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
    Task task = threshold == null ? labels.task() : labels.task().at(threshold);
    source.answeredBy(task);
    PredictOutput<Prediction> output =
        format.equals("csv")
            ? new PredictOutput.Csv<>(
                session.console().out(), source, task.format(), top == null ? 1 : top)
            : new PredictOutput.Jsonl<>(session.console().json(), task.format(), top);
    long rows = 0;
    try (FittedModel fitted =
        FittedModel.open(
            chosen, json, headLabels.names(), new EngineSetup(session, common), common)) {
      var note = new UnknownTokenNote(session, common, fitted.base().name());
      var words = new WordsNote(session, common, source.name());
      for (List<DataRecord> batch = batch(source); !batch.isEmpty(); batch = batch(source)) {
        // Only while the model works: whoever interrupts the waiting for a line is obeyed at once.
        try (Interruption interruption = Interruption.ofProcess(session.console())) {
          answer(fitted, labels.with(task), batch, source, output, note, words);
          session.console().json().flush();
          rows += batch.size();
          if (interruption.requested()) {
            return ExitCode.INTERRUPTED;
          }
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

  private void answer(
      FittedModel fitted,
      DomainLabels labels,
      List<DataRecord> batch,
      PredictInput source,
      PredictOutput<Prediction> output,
      UnknownTokenNote note,
      WordsNote words) {
    List<Row> rows = new ArrayList<>();
    for (DataRecord item : batch) {
      Row row = source.row(item);
      if (row != null) {
        rows.add(row);
      }
    }
    int[] heads = rows.stream().mapToInt(row -> head(row, labels, source.name())).toArray();
    double[][] answers = new double[0][];
    if (!rows.isEmpty()) {
      TokenizedRows tokens = fitted.model().tokenize(rows);
      note.look(tokens.coverage());
      answers = fitted.model().numbers(tokens, heads);
      words.look(labels.task(), rows, tokens);
    }
    int next = 0;
    for (DataRecord item : batch) {
      boolean blank = next == rows.size() || rows.get(next).line() != item.line();
      output.write(
          blank
              ? new PredictOutput.Answer<>(item, null)
              : answer(item, labels, heads[next], answers[next++]));
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

  private static PredictOutput.Answer<Prediction> answer(
      DataRecord item, DomainLabels labels, int head, double[] answer) {
    return new PredictOutput.Answer<>(
        item, labels.task().prediction(labels.heads().get(head).labels(), answer));
  }
}
