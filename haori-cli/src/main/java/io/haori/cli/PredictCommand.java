package io.haori.cli;

import io.haori.check.Check;
import io.haori.cli.module.CheckedOut;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.training.data.DataFile;
import io.haori.training.data.DomainLabels;
import io.haori.training.data.Row;
import io.haori.training.data.RowFiles;
import io.haori.training.data.TaskKind;
import io.haori.training.data.TokenizedRows;
import io.haori.training.task.AdapterFolder;
import io.haori.training.task.HaoriJson;
import io.haori.training.task.Predictions;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori predict}: text in, label and probabilities out. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Says for each text its label and the probabilities, one JSON object a line.",
    footerHeading = "%nExample:%n",
    footer = "  haori predict --adapter tickets-lora --input texts.txt")
final class PredictCommand implements Callable<Integer> {
  private final Session session;

  @Mixin final AdapterOptions adapter = new AdapterOptions();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      required = true,
      description =
          "Texts: .jsonl, .csv, .tsv or .txt; - for stdin, a text or a JSON object a line.")
  String input;

  @Mixin final CommonOptions common = new CommonOptions();

  PredictCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Instant start = session.clock().instant();
    common.check();
    DataFile rows =
        input.equals("-")
            ? RowFiles.readTexts("stdin", session.console().in())
            : RowFiles.readTexts(Path.of(input));
    try (CheckedOut chosen = adapter.open(session)) {
      return answer(chosen, rows, start);
    }
  }

  private int answer(CheckedOut chosen, DataFile rows, Instant start) {
    HaoriJson json = AdapterFolder.describe(chosen.folder());
    DomainLabels labels = json.labels();
    int[] heads = heads(rows, labels);
    try (Interruption interruption = Interruption.ofProcess(session.console());
        FittedModel fitted =
            FittedModel.open(chosen, json, new Workbench(session, common), common)) {
      TokenizedRows tokens = fitted.model().tokenize(rows.rows());
      new UnknownTokenNote(session, common, fitted.base().name()).look(tokens.coverage());
      float[][] answers = fitted.model().answers(tokens, heads);
      for (int row = 0; row < answers.length; row++) {
        Map<String, Object> line = line(rows.rows().get(row), labels, heads[row], answers[row]);
        session.console().json().println(JsonResult.line(line));
      }
      if (common.json) {
        new JsonResult("predict")
            .put("rows", answers.length)
            .print(session.console(), session.secondsSince(start));
      }
      return interruption.requested() ? ExitCode.INTERRUPTED : ExitCode.DONE;
    }
  }

  private static int[] heads(DataFile rows, DomainLabels labels) {
    int[] heads = new int[rows.rows().size()];
    for (int i = 0; i < heads.length; i++) {
      Row row = rows.rows().get(i);
      heads[i] =
          labels
              .headOf(row.domain())
              .orElseThrow(
                  () -> {
                    List<String> known =
                        labels.heads().stream().map(DomainLabels.Head::domain).toList();
                    String got = row.domain() == null ? "none" : row.domain();
                    return Check.at(
                        rows.path(),
                        row.line(),
                        "domain must be one of " + String.join(", ", known) + ", got " + got);
                  });
    }
    return heads;
  }

  private static Map<String, Object> line(Row row, DomainLabels labels, int head, float[] answer) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("text", row.text());
    if (row.textPair() != null) {
      line.put("text_pair", row.textPair());
    }
    if (labels.kind() == TaskKind.REGRESSION) {
      line.put("value", answer[0]);
      return line;
    }
    List<String> names = labels.heads().get(head).labels().names();
    line.put("label", names.get(Predictions.greatest(answer)));
    Map<String, Float> probabilities = new LinkedHashMap<>();
    for (int k = 0; k < names.size(); k++) {
      probabilities.put(names.get(k), answer[k]);
    }
    line.put("probabilities", probabilities);
    return line;
  }
}
