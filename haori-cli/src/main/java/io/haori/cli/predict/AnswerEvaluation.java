package io.haori.cli.predict;

import io.haori.cli.generate.WritingBase;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.training.data.DataFile;
import io.haori.training.data.Split;
import io.haori.training.instruct.WrittenAnswers;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * {@code haori evaluate} for a module of a decoder: it answers the prompts of a split, and what it
 * writes is compared with the right answers.
 *
 * @param session what the command runs in
 * @param common may name the base
 */
record AnswerEvaluation(Session session, CommonOptions common) {
  /**
   * Lets the module answer.
   *
   * @param source of the module
   * @param split that the rows are of
   * @param rows prompts with their answers
   * @param start of the command
   */
  int run(CheckedOut source, Split split, DataFile rows, Instant start) {
    try (Interruption interruption = Interruption.ofProcess(session.console());
        WritingBase opened = WritingBase.open(session, common, source)) {
      WrittenAnswers answers =
          WrittenAnswers.of(
              opened.generator(), opened.base().tokenizer(), rows.rows(), interruption::requested);
      if (interruption.requested()) {
        return ExitCode.INTERRUPTED;
      }
      int asked = answers.rows().size();
      Map<String, Double> scores = answers.scores().byName();
      new Table(ScoreText.header("split", scores.keySet()))
          .row(ScoreText.row(split.fileName(), scores.keySet(), scores))
          .print(session.console());
      if (asked < rows.rows().size()) {
        session
            .console()
            .out()
            .println(
                String.format(
                    Locale.ROOT,
                    "The first %,d of %,d prompts were answered.",
                    asked,
                    rows.rows().size()));
      }
      if (common.json) {
        JsonResult json =
            new JsonResult("evaluate").put("split", split.fileName()).put("rows", asked);
        scores.forEach(json::put);
        json.put("scores", scores)
            .put("dataDigest", rows.sha256())
            .print(session.console(), session.secondsSince(start));
      }
      return ExitCode.DONE;
    }
  }
}
