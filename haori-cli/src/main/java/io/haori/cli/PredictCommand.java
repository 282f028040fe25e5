package io.haori.cli;

import static io.haori.check.Check.require;

import io.haori.check.Check;
import io.haori.check.UserError;
import io.haori.cli.module.CheckedOut;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.training.data.DomainLabels;
import io.haori.training.data.Row;
import io.haori.training.data.TaskKind;
import io.haori.training.data.TokenizedRows;
import io.haori.training.task.HaoriJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
      "  haori predict --adapter tickets-lora --input new.csv --format csv"
    })
final class PredictCommand implements Callable<Integer> {
  /** Texts that go through the model together, of those that are there already. */
  private static final int BATCH = 256;

  private final Session session;

  @Mixin final AdapterOptions adapter = new AdapterOptions();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "A file with texts: txt, jsonl, csv or tsv; - for stdin (default: none).")
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
          "txt, jsonl, csv or tsv (default: as the name of the file ends; txt for stdin).")
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

  @Mixin final HeadLabelOptions headLabels = new HeadLabelOptions();

  @Mixin final CommonOptions common = new CommonOptions();

  PredictCommand(Session session) {
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
      boolean lines = inputFormat.equals("txt") || inputFormat.equals("jsonl");
      require(lines || !"-".equals(input), "--input-format", "txt or jsonl for stdin", inputFormat);
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
    if (input.equals("-")) {
      return PredictInput.of(Path.of("stdin"), session.console().in(), "jsonl".equals(inputFormat));
    }
    Path file = Path.of(input);
    if (Files.isDirectory(file)) {
      throw Check.in(file, "must be a file, got a folder");
    }
    String name = input.toLowerCase(Locale.ROOT);
    String ending = name.substring(name.lastIndexOf('.') + 1);
    String chosen = inputFormat == null ? ending : inputFormat;
    if (!PredictInput.FORMATS.contains(chosen)) {
      throw Check.in(
          file, "its name must end in .txt, .jsonl, .csv or .tsv, or --input-format be given");
    }
    return PredictInput.of(file, chosen);
  }

  private int answer(CheckedOut chosen, PredictInput source, Instant start) throws IOException {
    HaoriJson json = adapter.describe(chosen, common, headLabels.names());
    DomainLabels labels = json.labels();
    boolean regression = labels.kind() == TaskKind.REGRESSION;
    PredictOutput output =
        format.equals("csv")
            ? new PredictOutput.Csv(
                session.console().out(), source.name(), regression, top == null ? 1 : top)
            : new PredictOutput.Jsonl(session.console().json(), regression);
    long rows = 0;
    try (FittedModel fitted =
        FittedModel.open(
            chosen, json, headLabels.names(), new Workbench(session, common), common)) {
      var note = new UnknownTokenNote(session, common, fitted.base().name());
      for (List<PredictInput.Item> batch = batch(source); !batch.isEmpty(); batch = batch(source)) {
        // Only while the model works: whoever interrupts the waiting for a line is obeyed at once.
        try (Interruption interruption = Interruption.ofProcess(session.console())) {
          answer(fitted, labels, batch, source.name(), output, note);
          session.console().json().flush();
          rows += batch.size();
          if (interruption.requested()) {
            return ExitCode.INTERRUPTED;
          }
        }
      }
    }
    if (common.json) {
      new JsonResult("predict")
          .put("rows", rows)
          .print(session.console(), session.secondsSince(start));
    }
    return ExitCode.DONE;
  }

  /** What is there, at least one record unless the input has ended. */
  private static List<PredictInput.Item> batch(PredictInput source) throws IOException {
    List<PredictInput.Item> batch = new ArrayList<>();
    do {
      PredictInput.Item next = source.next();
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
      List<PredictInput.Item> batch,
      Path name,
      PredictOutput output,
      UnknownTokenNote note) {
    List<Row> rows = new ArrayList<>();
    for (PredictInput.Item item : batch) {
      Row row = row(item, name);
      if (row != null) {
        rows.add(row);
      }
    }
    int[] heads = rows.stream().mapToInt(row -> head(row, labels, name)).toArray();
    float[][] answers = new float[0][];
    if (!rows.isEmpty()) {
      TokenizedRows tokens = fitted.model().tokenize(rows);
      note.look(tokens.coverage());
      answers = fitted.model().answers(tokens, heads);
    }
    int next = 0;
    for (PredictInput.Item item : batch) {
      boolean blank = next == rows.size() || rows.get(next).line() != item.line();
      output.write(
          blank
              ? new PredictOutput.Answer(item, null, Map.of())
              : answer(item, labels, heads[next], answers[next++]));
    }
  }

  /** A row, or null for a blank text. */
  private static @Nullable Row row(PredictInput.Item item, Path name) {
    String text = item.text("text");
    if (text == null && item.fields().get("text") != null) {
      throw Check.at(name, item.line(), "text must be a string, got " + item.fields().get("text"));
    }
    if (text == null && !item.fields().isEmpty() && !item.fields().containsKey("text")) {
      throw Check.at(name, item.line(), "text is missing");
    }
    return text == null || text.isBlank()
        ? null
        : new Row(text, item.text("text_pair"), null, item.text("domain"), item.line());
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

  private PredictOutput.Answer answer(
      PredictInput.Item item, DomainLabels labels, int head, float[] answer) {
    if (labels.kind() == TaskKind.REGRESSION) {
      return new PredictOutput.Answer(item, answer[0], Map.of());
    }
    List<String> names = labels.heads().get(head).labels().names();
    IntStream order = IntStream.range(0, names.size());
    Map<String, Float> chosen = new LinkedHashMap<>();
    if (top == null) {
      order.forEach(k -> chosen.put(names.get(k), answer[k]));
    } else {
      order
          .boxed()
          .sorted((one, other) -> Float.compare(answer[other], answer[one]))
          .limit(top)
          .forEach(k -> chosen.put(names.get(k), answer[k]));
    }
    return new PredictOutput.Answer(item, null, chosen);
  }
}
