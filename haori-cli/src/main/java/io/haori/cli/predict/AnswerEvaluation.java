package io.haori.cli.predict;

import io.haori.cli.generate.WritingBase;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.core.files.AtomicFiles;
import io.haori.training.data.DataFile;
import io.haori.training.data.Split;
import io.haori.training.instruct.WrittenAnswers;
import io.haori.training.pretrain.AnswerLosses;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
   * @param report gets a page; null for none
   * @param recorder gets the scores of what was written, by name, before they are shown
   * @param start of the command
   */
  int run(
      CheckedOut source,
      Split split,
      DataFile rows,
      @Nullable Path report,
      Consumer<Map<String, Double>> recorder,
      Instant start) {
    try (Interruption interruption = Interruption.ofProcess(session.console());
        WritingBase opened = WritingBase.open(session, common, source)) {
      WrittenAnswers answers =
          WrittenAnswers.of(
              opened.generator(), opened.base().tokenizer(), rows.rows(), interruption::requested);
      if (interruption.requested()) {
        return ExitCode.INTERRUPTED;
      }
      int asked = answers.rows().size();
      recorder.accept(answers.scores().byName());
      Map<String, Double> scores = new LinkedHashMap<>(answers.scores().byName());
      AnswerLosses.RowLosses losses =
          AnswerLosses.of(
                  opened.base(),
                  new EngineSetup(session, common).precision(),
                  opened.base().backbone().positions(),
                  rows,
                  answers.rows())
              .with(opened.adaptation());
      scores.put("loss", losses.mean());
      scores.put("perplexity", Math.exp(losses.mean()));
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
      if (report != null) {
        AnswerPage page =
            new AnswerPage(source.shown(), split, rows, answers, losses.means(), scores);
        AtomicFiles.writeText(report, page.page(session).html());
        session.console().out().println("Report: " + report);
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
