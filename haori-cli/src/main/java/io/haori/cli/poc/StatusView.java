package io.haori.cli.poc;

import io.haori.cli.proof.ProofEnd;
import io.haori.cli.proof.ProofStory;
import io.haori.cli.proof.ProofStory.Logged;
import io.haori.cli.proof.ProofWords;
import io.haori.cli.proof.StagePlan;
import io.haori.cli.proof.StageResult;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.cli.wording.Words;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Shows a proof of concept so far; its verdict, once there is one, is the first line.
 *
 * @param session where it is shown
 * @param common whether as JSON
 * @param plan folder that it was begun from
 */
record StatusView(Session session, CommonOptions common, Path plan) {
  void show(String command, ProofStory story, double seconds) {
    if (common.json) {
      json(command, story, seconds);
      return;
    }
    ProofWords proof = new ProofWords(Words.languageOf(session.console()));
    Words words = proof.words();
    Logged<ProofEnd> end = story.end();
    if (end != null) {
      line(proof.verdict(story.start(), end.what()));
      line("");
    }
    Table table =
        new Table(
            words.text("table.stage"),
            words.text("table.question"),
            words.text("table.gain"),
            words.text("table.decision"),
            words.text("table.estimate"),
            words.text("table.took"));
    for (StagePlan stage : story.start().stages()) {
      row(table, proof, stage, story.result(stage.number()));
    }
    table.print(session.console());
    line("");
    for (Logged<StageResult> stage : story.stages()) {
      StagePlan plan = story.start().stages().get(stage.what().number() - 1);
      line(
          stage.what().number()
              + " "
              + proof.reason(
                  plan, stage.what().decision(), stage.what().choice(), stage.what().trials()));
    }
    if (end == null) {
      line(words.text("status.next", plan.toString()));
    } else {
      line("");
      scores(proof, end.what());
    }
  }

  private static void row(
      Table table, ProofWords proof, StagePlan stage, @Nullable StageResult result) {
    Words words = proof.words();
    String name = stage.number() + " " + proof.kind(stage.kind());
    if (result == null) {
      table.row(name, proof.question(stage), "", "", words.duration(stage.estimatedSeconds()), "");
      return;
    }
    table.row(
        name,
        proof.question(stage),
        result.trials().isEmpty() ? "" : words.points(result.trials().get(0).gain()),
        proof.decision(result.decision()),
        words.duration(result.estimatedSeconds()),
        words.duration(result.seconds()));
  }

  private void scores(ProofWords proof, ProofEnd end) {
    Words words = proof.words();
    Table table =
        new Table(
            words.text("table.domain"),
            words.text("table.way"),
            words.text("table.test"),
            words.text("table.frozen"));
    for (ProofEnd.DomainScore one : end.domains()) {
      table.row(
          one.name(),
          proof.answeredBy(one) + (one.version().isEmpty() ? "" : " " + one.version()),
          words.finePercent((double) one.right() / one.rows()),
          words.finePercent((double) one.frozenRight() / one.rows()));
    }
    table.print(session.console());
  }

  private void json(String command, ProofStory story, double seconds) {
    Logged<ProofEnd> end = story.end();
    StagePlan next = story.next();
    new JsonResult(command)
        .put("plan", plan.toString())
        .put("verdict", end == null ? null : end.what().verdict())
        .put("stages", story.start().stages())
        .put("results", story.stages().stream().map(Logged::what).toList())
        .put("end", end == null ? null : end.what())
        .put("next", next == null ? null : next.number())
        .print(session.console(), seconds);
  }

  private void line(String text) {
    session.console().out().println(text);
  }
}
