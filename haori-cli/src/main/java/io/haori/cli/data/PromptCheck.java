package io.haori.cli.data;

import static io.haori.core.check.Check.require;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.DataNotes;
import io.haori.cli.session.Decoders;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.inference.model.TextOptions;
import io.haori.inference.tokens.TextCoverage;
import io.haori.model.base.Bases;
import io.haori.model.text.Tokenizer;
import io.haori.training.data.PromptedDataset;
import io.haori.training.data.summary.DataWarning;
import io.haori.training.instruct.PromptedSplit;
import io.haori.training.instruct.PromptedSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code haori data check} for rows of a prompt and its completion.
 *
 * @param session what the command runs in
 * @param common names the base, whose tokens are counted
 * @param maxLength tokens of a row that training would read, where the base can
 */
record PromptCheck(Session session, CommonOptions common, int maxLength) {
  /** What is in place of a task's name. */
  private static final String PROMPTS = "prompts";

  /**
   * Counts and prints.
   *
   * @param data prompts with their completions
   * @param start of the command
   */
  void run(PromptedDataset data, Instant start) {
    require(
        common.base != null,
        "--base",
        "given for rows of prompt and completion as in " + data.train().path(),
        "nothing");
    String base = common.baseOr(CommonOptions.DEFAULT_BASE);
    Decoders.require(base, "which learns to write the completions of " + data.train().path());
    int most = Bases.mostTokens(base);
    require(
        maxLength <= most || maxLength == TextOptions.DEFAULT_MAX_LENGTH,
        "--max-length",
        "at most " + most + " for the base " + base,
        maxLength);
    int length = Math.min(maxLength, most);
    PromptedSummary summary;
    try (Tokenizer tokenizer = new EngineSetup(session, common).tokenizer(base)) {
      summary = PromptedSummary.of(data, tokenizer, Bases.config(base), length);
    }
    List<DataWarning> warnings = new ArrayList<>(summary.warnings());
    TextCoverage all = summary.coverage();
    if (all.manyUnknown()) {
      String sentence = UnknownTokenNote.listed(base, all);
      warnings.add(new DataWarning("unknown-tokens", all.rows(), sentence, List.of()));
    }
    if (common.json) {
      json(summary, warnings, base, length)
          .put("split", data.splitBy())
          .print(session.console(), session.secondsSince(start));
    } else {
      if (data.splitBy() != null) {
        session.console().out().println("Split " + data.splitBy() + ".");
      }
      print(summary, warnings, base, length);
    }
  }

  private void print(PromptedSummary summary, List<DataWarning> warnings, String base, int length) {
    Table table =
        new Table(
            "split", "rows", "longest prompt", "longest completion", "longest", "cut", "repeated");
    for (PromptedSplit split : summary.splits()) {
      TextCoverage coverage = split.coverage();
      table.row(
          split.name(),
          DataCheckCommand.count(split.rows()),
          DataCheckCommand.count(split.longestPrompt()),
          DataCheckCommand.count(split.longestAnswer()),
          DataCheckCommand.count(coverage.longest()),
          DataCheckCommand.cut(coverage),
          DataCheckCommand.count(split.duplicates()));
    }
    table.print(session.console());
    session
        .console()
        .out()
        .println("Lengths are tokens of " + base + "; rows of more than " + length + " are cut.");
    DataCheckCommand.print(session, warnings);
  }

  private static JsonResult json(
      PromptedSummary summary, List<DataWarning> warnings, String base, int length) {
    List<Map<String, Object>> splits = new ArrayList<>();
    for (PromptedSplit split : summary.splits()) {
      TextCoverage coverage = split.coverage();
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", split.name());
      one.put("file", split.file());
      one.put("rows", split.rows());
      one.put("longestPromptTokens", split.longestPrompt());
      one.put("longestCompletionTokens", split.longestAnswer());
      one.put("longestTokens", coverage.longest());
      one.put("cut", coverage.cutRows());
      one.put("shareCut", coverage.cutShare());
      one.put("cutCompletions", split.cutAnswers());
      one.put("tokens", coverage.tokens());
      one.put("unknownTokens", coverage.unknownTokens());
      one.put("shareUnknown", coverage.unknownShare());
      one.put("duplicates", split.duplicates());
      splits.add(one);
    }
    return new JsonResult("data check")
        .put("kind", PROMPTS)
        .put("base", base)
        .put("maxLength", length)
        .put("splits", splits)
        .put("warnings", warnings.stream().map(DataNotes::withFlags).toList());
  }
}
