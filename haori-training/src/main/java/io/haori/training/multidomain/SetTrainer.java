package io.haori.training.multidomain;

import static io.haori.check.Check.require;

import io.haori.adapter.spi.StepRule;
import io.haori.check.UserError;
import io.haori.tensor.Engine;
import io.haori.tensor.FreeMemory;
import io.haori.training.comparison.ComparisonListener;
import io.haori.training.data.Split;
import io.haori.training.runs.FinishedRuns;
import io.haori.training.sidebyside.Lanes;
import io.haori.training.sidebyside.PassPlan;
import io.haori.training.task.AdapterFolder;
import io.haori.training.task.HaoriJson;
import io.haori.training.task.Provenance;
import io.haori.training.task.TextBase;
import io.haori.training.task.TextModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Trains models of one or several domains on one frozen base, several models in one batch, each on
 * its own rows with its own module and heads. A model is the same, up to rounding, whatever is
 * trained beside it. Every finished model is kept in a folder under a digest of all that it depends
 * on, so that an interrupted or widened analysis never repeats one.
 *
 * <pre>{@code
 * SetTrainer trainer = new SetTrainer(base, rows, folder);
 * trainer.run(List.of(trainer.plan(List.of(0), settings), trainer.plan(List.of(0, 1), settings)));
 * }</pre>
 */
public final class SetTrainer {
  /** Models that learn side by side: enough to fill a pass, few enough that lanes end together. */
  private static final int SIDE_BY_SIDE = 4;

  private static final double NANOS = 1e9;
  private static final int TRIALS = 6;

  private final TextBase base;
  private final DomainRows rows;
  private final FinishedRuns<FinishedSet> store;
  private final SetScores scores;
  private ComparisonListener listener = ComparisonListener.SILENT;
  private BooleanSupplier stopRequested = () -> false;
  private Predicate<PlannedSet> keeps = plan -> false;
  private LongSupplier nanoTime = System::nanoTime;
  private int sideBySide = SIDE_BY_SIDE;
  private int lanes = 1;

  /**
   * Prepares training.
   *
   * @param base stays open and unchanged
   * @param rows of all domains, tokenised for this base
   * @param folder where finished models are kept
   */
  public SetTrainer(TextBase base, DomainRows rows, Path folder) {
    this.base = base;
    this.rows = rows;
    this.store = new FinishedRuns<>(folder, FinishedSet.class);
    this.scores = new SetScores(rows);
  }

  /** Tells this listener how it goes. */
  public SetTrainer listener(ComparisonListener newListener) {
    listener = newListener;
    return this;
  }

  /** Asks before every step whether to stop; models in progress are given up then. */
  public SetTrainer stopWhen(BooleanSupplier newStopRequested) {
    stopRequested = newStopRequested;
    return this;
  }

  /** Stores the adapters of these models, beside what they answered. */
  public SetTrainer keepAdapters(Predicate<PlannedSet> which) {
    keeps = which;
    return this;
  }

  /** Measures time with this clock, which is as {@link System#nanoTime}. */
  public SetTrainer clock(LongSupplier newNanoTime) {
    nanoTime = newNanoTime;
    return this;
  }

  /** Trains so many models in one batch at most. */
  public SetTrainer sideBySide(int models) {
    sideBySide = models;
    return this;
  }

  /**
   * Works on so many batches of models at once, each with one thread. More than one counts as one
   * thread for what a model depends on, however many there are.
   *
   * @param newLanes at least 1
   */
  public SetTrainer lanes(int newLanes) {
    lanes = newLanes;
    return this;
  }

  /** What the rows are. */
  public DomainRows rows() {
    return rows;
  }

  /** The base. */
  public TextBase base() {
    return base;
  }

  /**
   * A model that is wanted.
   *
   * @param domains indices of what it learns, no one twice
   * @param wanted with its seed
   */
  public PlannedSet plan(List<Integer> domains, SetSettings wanted) {
    List<Integer> ordered = rows.byName(domains);
    SetSettings settings = wanted.forDomains(ordered.size());
    List<String> names = ordered.stream().map(d -> rows.domains().all().get(d).name()).toList();
    long work =
        settings.tune().loop().epochs()
                * (3 * rows.tokensOf(Split.TRAIN, ordered)
                    + rows.tokensOf(Split.VALIDATION, ordered))
            + rows.tokensOf(Split.TEST, ordered);
    return new PlannedSet(ordered, names, settings, digest(ordered, settings), work);
  }

  private String digest(List<Integer> domains, SetSettings settings) {
    List<String> parts = new ArrayList<>();
    parts.add("domains learnt together, 1");
    parts.add(HaoriJson.codeVersion());
    parts.add(base.digest());
    parts.add("threads " + (lanes > 1 ? 1 : Engine.threads()));
    parts.add(settings.toString());
    domains.forEach(domain -> parts.add(rows.domains().all().get(domain).digest()));
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of()
          .formatHex(digest.digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Where the adapter of a model stands that was to be kept. */
  public Path adapter(PlannedSet plan) {
    return store.adapter(plan.folder());
  }

  /**
   * Trains what was not trained before.
   *
   * @param wanted of this trainer's plans; the same one may be asked for several times
   * @return by plan's digest; fewer than wanted when it was stopped
   */
  public Map<String, FinishedSet> run(List<PlannedSet> wanted) {
    Map<String, PlannedSet> plans = new LinkedHashMap<>();
    wanted.forEach(plan -> plans.putIfAbsent(plan.digest(), plan));
    Map<String, FinishedSet> finished = new LinkedHashMap<>();
    List<PlannedSet> missing = new ArrayList<>();
    for (PlannedSet plan : plans.values()) {
      check(plan);
      Optional<FinishedSet> found =
          keeps.test(plan) && !Files.exists(store.adapter(plan.folder()))
              ? Optional.empty()
              : store.find(plan.folder(), one -> one.digest().equals(plan.digest()));
      found.ifPresentOrElse(done -> finished.put(plan.digest(), done), () -> missing.add(plan));
    }
    long all = plans.values().stream().mapToLong(PlannedSet::work).sum();
    long done = all - missing.stream().mapToLong(PlannedSet::work).sum();
    listener.onPlan(plans.size(), finished.size(), done, all);
    if (!missing.isEmpty()) {
      listener.onEstimate((all - done) * secondsPerToken(missing.get(0)));
    }
    // Models of about one size end together, and the longest first leave no lane idle at the end.
    missing.sort(Comparator.comparingLong(PlannedSet::work).reversed());
    int atOnce = Math.min(lanes, Math.max(1, missing.size()));
    int most = Math.min(sideBySide, Math.max(1, (missing.size() + atOnce - 1) / atOnce));
    WorkDone workDone = new WorkDone(listener, done);
    FreeMemory freeMemory = new FreeMemory(nanoTime.getAsLong());
    List<Lanes.Task> waves = new ArrayList<>();
    for (int from = 0; from < missing.size(); from += most) {
      List<PlannedSet> wave = missing.subList(from, Math.min(missing.size(), from + most));
      waves.add(
          givenUp -> {
            BooleanSupplier stop = () -> givenUp.getAsBoolean() || stopRequested.getAsBoolean();
            Map<String, FinishedSet> ofWave = wave(wave, workDone, freeMemory, stop);
            synchronized (finished) {
              finished.putAll(ofWave);
            }
          });
    }
    Lanes.run(atOnce, waves);
    return finished;
  }

  /** Time of one token forward, from the fastest of a few passes: the first ones warm up. */
  private double secondsPerToken(PlannedSet plan) {
    JointPass pass = pass(plan);
    double best = Double.MAX_VALUE;
    for (int i = 0; i < TRIALS; i++) {
      long start = nanoTime.getAsLong();
      long tokens = pass.trial();
      best = Math.min(best, (nanoTime.getAsLong() - start) / NANOS / tokens);
    }
    return best;
  }

  private JointPass pass(PlannedSet plan) {
    int most = PassPlan.usualTokens(base.encoder().config().hiddenSize(), Engine.threads());
    return new JointPass(base, rows, plan.settings().tune().text(), most);
  }

  private void check(PlannedSet plan) {
    if (plan.settings().tune().text().maxLength() != rows.maxLength()) {
      throw new IllegalArgumentException("the rows were tokenised for another length");
    }
    require(
        plan.settings().tune().loop().accumulation() == 1,
        "training.accumulation",
        "1 when several domains are learnt",
        plan.settings().tune().loop().accumulation());
  }

  /** Trains some models side by side; gives nothing when it was stopped. */
  private Map<String, FinishedSet> wave(
      List<PlannedSet> plans, WorkDone workDone, FreeMemory freeMemory, BooleanSupplier stop) {
    if (stop.getAsBoolean()) {
      return Map.of();
    }
    long start = nanoTime.getAsLong();
    long work = plans.stream().mapToLong(PlannedSet::work).sum();
    List<SetRun> runs = new ArrayList<>();
    Map<String, FinishedSet> finished = new LinkedHashMap<>();
    try {
      for (PlannedSet plan : plans) {
        SetRun run = new SetRun(base, rows, plan);
        runs.add(run);
        requireNoRule(run);
      }
      JointPass pass = pass(plans.get(0));
      List<SetRun> active = runs;
      double told = 0;
      while (!active.isEmpty()) {
        if (stop.getAsBoolean()) {
          return Map.of();
        }
        pass.step(active);
        freeMemory.releaseNowAndThen(nanoTime.getAsLong());
        List<SetRun> ended = active.stream().filter(SetRun::awaitsValidation).toList();
        if (!ended.isEmpty()) {
          List<int[]> said = pass.predict(ended, Split.VALIDATION);
          for (int i = 0; i < ended.size(); i++) {
            ended
                .get(i)
                .validated(
                    SetScores.mean(scores.accuracies(ended.get(i), Split.VALIDATION, said.get(i))));
          }
        }
        double now = done(runs);
        workDone.add(now - told, detail(runs));
        told = now;
        active = active.stream().filter(run -> !run.isDone()).toList();
      }
      runs.forEach(SetRun::takeBest);
      List<int[]> validation = pass.predict(runs, Split.VALIDATION);
      List<int[]> test = pass.predict(runs, Split.TEST);
      double seconds = (nanoTime.getAsLong() - start) / NANOS;
      for (int i = 0; i < runs.size(); i++) {
        SetRun run = runs.get(i);
        double[] ofValidation = scores.accuracies(run, Split.VALIDATION, validation.get(i));
        FinishedSet one =
            run.finished(
                scores.answers(run, ofValidation, validation.get(i), test.get(i)),
                seconds * run.plan().work() / Math.max(1, work));
        if (keeps.test(run.plan())) {
          keepAdapter(run, one, ofValidation, scores.accuracies(run, Split.TEST, test.get(i)));
        }
        store.keep(run.plan().folder(), one);
        finished.put(run.plan().digest(), one);
      }
      workDone.end(told, work);
      return finished;
    } finally {
      runs.forEach(SetRun::close);
    }
  }

  private static void requireNoRule(SetRun run) {
    try (StepRule rule = run.module().method().rule(run.module(), run.plan().seed())) {
      if (rule != StepRule.NONE) {
        throw new UserError(
            "--method must be one without a schedule of its own when several domains are learnt,"
                + " got "
                + run.module().method().name());
      }
    }
  }

  private static double done(List<SetRun> runs) {
    double done = 0;
    for (SetRun run : runs) {
      done += (double) run.plan().work() * (run.isDone() ? run.steps() : run.step()) / run.steps();
    }
    return done;
  }

  private static String detail(List<SetRun> runs) {
    SetRun slowest = runs.get(runs.size() - 1);
    return String.format(
        Locale.ROOT,
        "%d side by side, up to %s seed %d, step %d/%d",
        runs.size(),
        slowest.plan().told(),
        slowest.plan().seed(),
        slowest.step(),
        slowest.steps());
  }

  private void keepAdapter(SetRun run, FinishedSet done, double[] validation, double[] test) {
    PlannedSet plan = run.plan();
    Map<String, String> settings = new TreeMap<>();
    settings.put("method", plan.settings().tune().method().toString());
    settings.put("loop", plan.settings().tune().loop().toString());
    settings.put("text", plan.settings().tune().text().toString());
    settings.put("batch-size", String.valueOf(plan.settings().tune().batchSize()));
    settings.put(
        "training.headLearningRateRatio",
        String.valueOf(plan.settings().tune().headLearningRateRatio()));
    settings.put("weighting", plan.settings().weighting().word());
    settings.put("heads", plan.settings().heads().word());
    Map<String, String> digests = new TreeMap<>();
    Map<String, Double> validationByName = new LinkedHashMap<>();
    Map<String, Double> testByName = new LinkedHashMap<>();
    validationByName.put("accuracy", SetScores.mean(validation));
    testByName.put("accuracy", SetScores.mean(test));
    for (int own = 0; own < validation.length; own++) {
      Domain domain = rows.domains().all().get(plan.domains().get(own));
      digests.put(domain.name() + " train", domain.data().train().sha256());
      digests.put(domain.name() + " validation", domain.data().validation().sha256());
      digests.put(domain.name() + " test", domain.data().test().sha256());
      validationByName.put("accuracy of " + domain.name(), validation[own]);
      testByName.put("accuracy of " + domain.name(), test[own]);
    }
    TextModel model = run.handOver(base);
    try (model) {
      AdapterFolder.save(
          store.adapter(plan.folder()),
          model,
          new Provenance(
              settings,
              digests,
              plan.seed(),
              done.curve().size(),
              done.bestEpoch(),
              validationByName,
              testByName));
    }
  }
}
