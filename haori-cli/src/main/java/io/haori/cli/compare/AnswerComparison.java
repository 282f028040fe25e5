package io.haori.cli.compare;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterModule;
import io.haori.analysis.comparison.Advice;
import io.haori.analysis.comparison.Answers;
import io.haori.analysis.comparison.MethodComparison;
import io.haori.analysis.comparison.MethodCost;
import io.haori.analysis.comparison.MethodPairs;
import io.haori.analysis.comparison.MethodResult;
import io.haori.analysis.comparison.MethodRuns;
import io.haori.analysis.comparison.Versus;
import io.haori.analysis.statistics.PairedBootstrap;
import io.haori.analysis.statistics.Summary;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.DataNotes;
import io.haori.cli.session.Decoders;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.ShellWords;
import io.haori.cli.terminal.Table;
import io.haori.core.check.Check;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FolderWalk;
import io.haori.inference.generate.Generator;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.training.comparison.ComparedMethod;
import io.haori.training.comparison.ComparisonPlan;
import io.haori.training.data.DataFile;
import io.haori.training.data.PromptedDataset;
import io.haori.training.instruct.AnswerSettings;
import io.haori.training.instruct.WrittenAnswers;
import io.haori.training.pretrain.DomainCorpus;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.LearntModule;
import io.haori.training.pretrain.ModuleFolder;
import io.haori.training.pretrain.PretrainListener;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.pretrain.Pretrainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * {@code haori compare} for rows of prompt and completion, or of messages: each method learns to
 * write the answers, several times, and is compared by how many test answers are exactly right.
 *
 * @param session what the command runs in
 * @param common names the base
 * @param spec of the command
 * @param out gets the runs and the figures
 */
record AnswerComparison(Session session, CommonOptions common, CommandSpec spec, Path out) {
  private static final String NAME = "answers";
  private static final String RUNS = "runs";
  private static final String JSON = "comparison.json";
  private static final String REPORT = "report.html";
  private static final int DRAWS = 2_000;

  /**
   * Runs what is not there yet, and compares.
   *
   * @param data prompts and answers
   * @param plan methods and seeds
   * @param untested whether no differences are tested
   * @param start of the command
   */
  int run(PromptedDataset data, ComparisonPlan plan, boolean untested, Instant start) {
    require(
        common.base != null,
        "--base",
        "given for rows of prompt and completion as in " + data.train().path(),
        "nothing");
    String name = common.baseOr(CommonOptions.DEFAULT_BASE);
    Decoders.require(name, "which learns to write the completions of " + data.train().path());
    DataNotes.show(session, common, data);
    DataFile test = data.test();
    if (test == null) {
      throw Check.in(data.folder(), "must have a file of test rows, by which methods are compared");
    }
    int methods = plan.methods().size();
    int asked = Math.min(WrittenAnswers.MOST_ROWS, test.rows().size());
    int needed =
        untested
            ? 1
            : MethodComparison.rowsNeeded(methods * (methods - 1) / 2, plan.seeds().size());
    if (asked < needed) {
      throw Check.in(
          test.path(),
          "must have at least "
              + needed
              + " rows for tests of "
              + methods
              + " methods (any number with --no-test), got "
              + asked);
    }
    // All settings are looked at before the first run.
    plan.methods().forEach(method -> AnswerSettings.of(method.settings()));
    Map<String, List<AnswerRun>> runs = new LinkedHashMap<>();
    try (Interruption interruption = Interruption.ofProcess(session.console())) {
      for (ComparedMethod method : plan.methods()) {
        List<AnswerRun> ours = runs(data, test, name, method, plan.seeds(), interruption);
        if (ours.size() < plan.seeds().size()) {
          session
              .console()
              .err()
              .println(
                  "Interrupted; finished runs are kept. Continue with: " + ShellWords.again(spec));
          return ExitCode.INTERRUPTED;
        }
        runs.put(method.name(), ours);
      }
    }
    show(data, test, name, plan, runs, untested, start);
    return ExitCode.DONE;
  }

  /** The runs of a method; fewer than seeds when interrupted. */
  private List<AnswerRun> runs(
      PromptedDataset data,
      DataFile test,
      String name,
      ComparedMethod method,
      List<Long> seeds,
      Interruption interruption) {
    List<AnswerRun> runs = new ArrayList<>();
    PretrainSettings first = AnswerSettings.of(method.settings());
    EngineSetup engine = new EngineSetup(session, common);
    try (TextBase base = engine.open(name, first.baseForm())) {
      for (long seed : seeds) {
        Path folder = out.resolve(RUNS).resolve(method.name() + "-" + seed);
        PretrainSettings settings = AnswerSettings.of(method.settings().withSeed(seed));
        AnswerRun run = run(data, test, base, settings, folder, interruption::requested);
        if (run == null) {
          break;
        }
        session.note(
            common,
            String.format(
                Locale.ROOT,
                "%s, seed %d: %.1f %% exactly right",
                method.name(),
                seed,
                100 * run.scores().exactMatch()));
        runs.add(run);
      }
    }
    return runs;
  }

  private @Nullable AnswerRun run(
      PromptedDataset data,
      DataFile test,
      TextBase base,
      PretrainSettings settings,
      Path folder,
      BooleanSupplier stopRequested) {
    DataFile validation = data.validation();
    DomainCorpus corpus =
        new DomainCorpus(
            NAME, List.of(data.train()), validation == null ? List.of() : List.of(validation));
    Pretrainer trainer = new Pretrainer(base, settings);
    if (ModuleFolder.exists(folder) && trainer.made(folder, corpus)) {
      AnswerRun known = AnswerRun.read(folder).orElse(null);
      if (known != null) {
        return known;
      }
    }
    AnswerRun[] made = new AnswerRun[1];
    Instant begun = session.clock().instant();
    PretrainListener listener =
        new PretrainListener() {
          @Override
          public void onModule(DomainResult result, AdapterModule module) {
            double seconds = session.secondsSince(begun);
            ModuleFolder.save(
                folder,
                module,
                base,
                result,
                trainer.settings(corpus),
                data.digests(),
                new float[0]);
            Generator generator = new Generator(base, module, settings.precision());
            WrittenAnswers answers =
                WrittenAnswers.of(generator, base.tokenizer(), test.rows(), stopRequested);
            if (!stopRequested.getAsBoolean()) {
              long trainable = LearntModule.trainable(base, module);
              made[0] = made(folder, trainable, result, answers, seconds);
            }
          }
        };
    trainer.listener(listener).stopWhen(stopRequested).run(List.of(corpus));
    AnswerRun run = made[0];
    if (run != null) {
      run.write(folder);
    }
    return run;
  }

  private static AnswerRun made(
      Path folder, long trainable, DomainResult result, WrittenAnswers answers, double seconds) {
    long bytes =
        FolderWalk.files(folder).stream()
            .filter(Files::isRegularFile)
            .mapToLong(file -> file.toFile().length())
            .sum();
    return new AnswerRun(
        answers.rows().stream().map(Row::textPair).map(Objects::requireNonNull).toList(),
        answers.written(),
        result.lossStart(),
        result.lossEnd(),
        trainable,
        bytes,
        seconds);
  }

  private void show(
      PromptedDataset data,
      DataFile test,
      String base,
      ComparisonPlan plan,
      Map<String, List<AnswerRun>> runs,
      boolean untested,
      Instant start) {
    List<MethodRuns> predicted = new ArrayList<>();
    List<MethodCost> costs = new ArrayList<>();
    runs.forEach(
        (method, ours) -> {
          predicted.add(
              new MethodRuns(method, ours.stream().map(AnswerRun::exact).toArray(double[][]::new)));
          AnswerRun one = ours.get(0);
          costs.add(new MethodCost(method, one.storedBytes(), mean(ours, AnswerRun::seconds)));
        });
    int rows = predicted.get(0).predicted()[0].length;
    double[] truth = new double[rows];
    Arrays.fill(truth, 1);
    MethodComparison comparison = new MethodComparison(Answers.CLASSES, truth, predicted);
    MethodPairs pairs = untested ? null : comparison.pairs(new PairedBootstrap(DRAWS, common.seed));
    List<MethodResult> results =
        pairs == null ? comparison.untested() : comparison.against(0, pairs);
    Table table =
        new Table(
            "method",
            "exactly right",
            "token F1",
            "ROUGE-L",
            "perplexity",
            "p",
            "trained",
            "stored",
            "s/run");
    List<Map<String, @Nullable Object>> json = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      ComparedMethod method = plan.methods().get(i);
      List<AnswerRun> ours = runs.getOrDefault(method.name(), List.of());
      json.add(row(method, results.get(i), ours));
      table.row(cells(method.name(), results.get(i), ours));
    }
    table.print(session.console());
    Advice advice = new Advice(comparison, pairs, costs);
    session.console().out().println();
    advice.sentences().forEach(session.console().out()::println);
    Path report = out.resolve(REPORT);
    AnswerReport page =
        new AnswerReport(data, test, base, plan, List.copyOf(runs.values()), results);
    AtomicFiles.writeText(report, page.html(advice.sentences(), session.console().words()));
    session.console().out().println("Report: " + report);
    JsonResult result =
        new JsonResult("compare")
            .put("metric", "exactMatch")
            .put("plan", plan.toJson())
            .put("rows", json)
            .put("recommended", results.get(advice.recommended()).method())
            .put("advice", advice.sentences())
            .put("report", report.toString());
    AtomicFiles.writeText(
        out.resolve(JSON), JsonResult.line(Map.of("command", "compare", "rows", json)) + "\n");
    if (common.json) {
      result.print(session.console(), session.secondsSince(start));
    }
  }

  private static double mean(List<AnswerRun> runs, ToDoubleFunction<AnswerRun> value) {
    return runs.stream().mapToDouble(value).average().orElse(Double.NaN);
  }

  private static double perplexity(List<AnswerRun> runs) {
    return Math.exp(mean(runs, AnswerRun::loss));
  }

  private static String[] cells(String method, MethodResult result, List<AnswerRun> runs) {
    Summary score = result.score();
    Versus versus = result.versus();
    String spread =
        score.count() == 1
            ? ""
            : String.format(Locale.ROOT, " ± %.1f", 100 * score.standardDeviation());
    return new String[] {
      method,
      String.format(Locale.ROOT, "%.1f%s %%", 100 * score.mean(), spread),
      String.format(Locale.ROOT, "%.4f", mean(runs, one -> one.scores().tokenF1())),
      String.format(Locale.ROOT, "%.4f", mean(runs, one -> one.scores().rougeL())),
      String.format(Locale.ROOT, "%.2f", perplexity(runs)),
      versus == null ? "" : String.format(Locale.ROOT, "%.3f", versus.corrected()),
      String.format(Locale.ROOT, "%,d", runs.get(0).trainable()),
      ScoreText.bytes(runs.get(0).storedBytes()),
      String.format(Locale.ROOT, "%.1f", mean(runs, AnswerRun::seconds))
    };
  }

  private static Map<String, @Nullable Object> row(
      ComparedMethod method, MethodResult result, List<AnswerRun> runs) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    Summary score = result.score();
    Versus versus = result.versus();
    row.put("method", method.name());
    row.put("mean", score.mean());
    row.put("std", score.count() > 1 ? score.standardDeviation() : null);
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("exactMatch", score.mean());
    scores.put("tokenF1", mean(runs, one -> one.scores().tokenF1()));
    scores.put("rougeL", mean(runs, one -> one.scores().rougeL()));
    scores.put("loss", mean(runs, AnswerRun::loss));
    scores.put("perplexity", perplexity(runs));
    scores.put("perplexityOfBase", Math.exp(mean(runs, AnswerRun::lossBefore)));
    row.put("scores", scores);
    row.put("trainable", runs.get(0).trainable());
    row.put("storedBytes", runs.get(0).storedBytes());
    row.put("seconds", Math.round(1000 * mean(runs, AnswerRun::seconds)) / 1000.0);
    row.put("pValue", versus == null ? null : versus.corrected());
    return row;
  }
}
