package io.haori.cli.predict;

import io.haori.analysis.metrics.ChoiceScores;
import io.haori.cli.generate.WritingBase;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Adaptation;
import io.haori.training.condense.StoredModule;
import io.haori.training.instruct.ChoiceFile;
import io.haori.training.instruct.LikelyChoices;
import io.haori.training.pretrain.FollowingText;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code haori evaluate} for questions with choices: how often a decoder finds the right one most
 * likely, with the module and without.
 *
 * @param session what the command runs in
 * @param common may name the base
 */
record ChoiceEvaluation(Session session, CommonOptions common) {
  /**
   * Asks module and base.
   *
   * @param source of the module
   * @param choices the questions
   * @param start of the command
   */
  int run(CheckedOut source, ChoiceFile choices, Instant start) {
    try (Interruption interruption = Interruption.ofProcess(session.console());
        WritingBase opened = WritingBase.open(session, common, source)) {
      StoredModule module = opened.module();
      Adaptation adaptation = module == null ? Adaptation.NONE : module.module();
      ChoiceScores with = scores(opened, adaptation, choices, interruption, "with the module");
      ChoiceScores without = scores(opened, Adaptation.NONE, choices, interruption, "the base");
      if (interruption.requested()) {
        return ExitCode.INTERRUPTED;
      }
      Table table = new Table(ScoreText.header("", with.byName().keySet()));
      table.row(ScoreText.row("the base", with.byName().keySet(), without.byName()));
      table.row(ScoreText.row("with the module", with.byName().keySet(), with.byName()));
      table.print(session.console());
      if (common.json) {
        print(choices, with, without, source.shown(), opened.base().name(), start);
      }
      return ExitCode.DONE;
    }
  }

  private ChoiceScores scores(
      WritingBase opened,
      Adaptation adaptation,
      ChoiceFile choices,
      Interruption interruption,
      String what) {
    DType precision = new EngineSetup(session, common).precision();
    FollowingText decoder = new FollowingText(opened.base(), adaptation, precision);
    int count = choices.rows().size();
    try (Progress progress = session.progress(common, "evaluate", 0, count)) {
      List<ChoiceScores.Question> asked =
          LikelyChoices.ask(
              decoder, choices.rows(), done -> progress.at(done, what), interruption::requested);
      return asked.isEmpty() ? new ChoiceScores(0, 0, 0, 0, 0) : ChoiceScores.of(asked);
    }
  }

  /** The results are in the shape of lm-evaluation-harness. */
  private void print(
      ChoiceFile choices,
      ChoiceScores with,
      ChoiceScores without,
      String adapter,
      String base,
      Instant start) {
    String file = String.valueOf(choices.path().getFileName());
    String task = file.substring(0, file.lastIndexOf('.'));
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("model", "haori");
    config.put("model_args", "base=" + base + ",adapter=" + adapter);
    new JsonResult("evaluate")
        .put("rows", with.rows())
        .put("scores", with.byName())
        .put("scoresOfBase", without.byName())
        .put("results", Map.of(task, with.harness(task)))
        .put("n-samples", Map.of(task, Map.of("original", with.rows(), "effective", with.rows())))
        .put("config", config)
        .put("dataDigest", choices.sha256())
        .print(session.console(), session.secondsSince(start));
  }
}
