package io.haori.training.multidomain;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.tensor.Engine;
import io.haori.tensor.FreeMemory;
import io.haori.training.augment.Augmentation;
import io.haori.training.augment.LabelNameUse;
import io.haori.training.comparison.ComparisonListener;
import io.haori.training.data.Split;
import io.haori.training.runs.RunDigest;
import io.haori.training.sidebyside.PassPlan;
import io.haori.training.sidebyside.Workers;
import io.haori.training.task.FitSettings;
import io.haori.training.task.TuneLoss;
import io.haori.training.task.TuneSettings;
import io.haori.training.work.WorkInputs;
import io.haori.training.work.WorkOrder;
import io.haori.training.work.WorkPlace;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Trains models of one or several domains on one frozen base, several models in one batch, each on
 * its own rows with its own module and heads. A model is the same, up to rounding, whatever is
 * trained beside it. Every finished model is kept in a folder under a digest of all that it depends
 * on, so that an interrupted or widened analysis never repeats one.
 *
 * <pre>{@code
 * DomainSetTrainer trainer = new DomainSetTrainer(base, rows, folder);
 * trainer.run(List.of(trainer.plan(List.of(0), settings), trainer.plan(List.of(0, 1), settings)));
 * }</pre>
 */
public final class DomainSetTrainer implements DomainSetLearner {
  /** Models that learn side by side: enough to fill a pass. */
  private static final int SIDE_BY_SIDE = 4;

  private static final double NANOS = 1e9;
  private static final int TRIALS = 6;

  private final TextBase base;
  private final DomainRows rows;
  private final Path folder;
  private ComparisonListener listener = ComparisonListener.SILENT;
  private BooleanSupplier stopRequested = () -> false;
  private Predicate<PlannedDomainSet> keeps = plan -> false;
  private LongSupplier nanoTime = System::nanoTime;
  private int sideBySide = SIDE_BY_SIDE;
  private int workers = 1;
  private @Nullable WorkPlace place;

  /**
   * Prepares training.
   *
   * @param base stays open and unchanged
   * @param rows of all domains, tokenised for this base
   * @param folder where finished models are kept
   */
  public DomainSetTrainer(TextBase base, DomainRows rows, Path folder) {
    this.base = base;
    this.rows = rows;
    this.folder = folder;
  }

  @Override
  public DomainSetTrainer listener(ComparisonListener newListener) {
    listener = newListener;
    return this;
  }

  /** Asks before every step whether to stop; models in progress are given up then. */
  public DomainSetTrainer stopWhen(BooleanSupplier newStopRequested) {
    stopRequested = newStopRequested;
    return this;
  }

  /** Stores the adapters of these models, beside what they answered. */
  public DomainSetTrainer keepAdapters(Predicate<PlannedDomainSet> which) {
    keeps = which;
    return this;
  }

  /** Measures time with this clock, which is as {@link System#nanoTime}. */
  public DomainSetTrainer clock(LongSupplier newNanoTime) {
    nanoTime = newNanoTime;
    return this;
  }

  /** Trains this many models in one batch at most, in each worker. */
  public DomainSetTrainer sideBySide(int models) {
    sideBySide = models;
    return this;
  }

  /**
   * Runs this many workers at once, each with one thread and models of its own.
   *
   * @param newWorkers at least 1
   */
  public DomainSetTrainer workers(int newWorkers) {
    workers = newWorkers;
    return this;
  }

  /** Has the models trained there, each by itself; stays open. */
  public DomainSetTrainer on(WorkPlace newPlace) {
    place = newPlace;
    return this;
  }

  @Override
  public Domains domains() {
    return rows.domains();
  }

  /** What the rows are. */
  public DomainRows rows() {
    return rows;
  }

  /** The base. */
  public TextBase base() {
    return base;
  }

  @Override
  public PlannedDomainSet plan(List<Integer> domains, DomainSetSettings wanted) {
    List<Integer> ordered = rows.byName(domains);
    DomainSetSettings settings = wanted.forDomains(ordered.size());
    settings.tune().text().base().requireOf(base);
    List<String> names = ordered.stream().map(d -> rows.domains().all().get(d).name()).toList();
    long work =
        settings.tune().loop().epochs()
                * (3 * rows.tokensOf(Split.TRAIN, ordered)
                    + rows.tokensOf(Split.VALIDATION, ordered))
            + rows.tokensOf(Split.TEST, ordered);
    return new PlannedDomainSet(ordered, names, settings, digest(ordered, settings), work);
  }

  private String digest(List<Integer> domains, DomainSetSettings settings) {
    List<String> data = domains.stream().map(d -> rows.domains().all().get(d).digest()).toList();
    return new RunDigest("domains learnt together, 3", HaoriJson.codeVersion(), base.digest(), data)
        .of(settings.tune().method(), settings.byName(), DomainSetTrainer::defaults);
  }

  private static Map<String, Object> defaults(AdapterMethod method) {
    return new DomainSetSettings(
            TuneSettings.of(method),
            DomainSetSettings.DEFAULT_WEIGHTING,
            DomainSetSettings.DEFAULT_TEMPERATURE,
            HeadChoice.OWN)
        .byName();
  }

  /** Folder of a model's adapter that was to be kept. */
  public Path adapter(PlannedDomainSet plan) {
    return new DomainSetStore(base, rows, folder, keeps).adapter(plan);
  }

  @Override
  public Map<String, FinishedDomainSet> run(List<PlannedDomainSet> wanted) {
    DomainSetStore store = new DomainSetStore(base, rows, folder, keeps);
    wanted.forEach(plan -> check(plan, wanted.get(0)));
    WantedSets sets = new WantedSets(wanted, store::find, listener);
    List<PlannedDomainSet> missing = sets.missing();
    if (missing.isEmpty()) {
      return sets.finished();
    }
    WorkPlace elsewhere = place;
    if (elsewhere != null) {
      WorkInputs inputs = new WorkInputs();
      List<WorkOrder> orders =
          DomainSets.orders(missing, rows.domains(), base, keeps, elsewhere.threads(), inputs);
      sets.learnAt(elsewhere, orders, inputs, folder, listener, stopRequested);
      return sets.finished();
    }
    listener.onEstimate(sets.workLeft() * secondsPerToken(missing.get(0)));
    int atOnce = Math.min(workers, missing.size());
    int most = Math.min(sideBySide, (missing.size() + atOnce - 1) / atOnce);
    DomainSetQueue queue = new DomainSetQueue(missing, atOnce, sets.doneBefore(), listener);
    FreeMemory freeMemory = new FreeMemory(nanoTime.getAsLong());
    Workers.Task worker =
        givenUp -> {
          TextOptions options = missing.get(0).settings().tune().text();
          new DomainSetWorker(base, rows, store, queue, options, most, freeMemory, nanoTime)
              .run(() -> givenUp.getAsBoolean() || stopRequested.getAsBoolean(), sets::add);
        };
    Workers.run(atOnce, Collections.nCopies(atOnce, worker));
    return sets.finished();
  }

  /** Time of one token forward, from the fastest of a few passes: the first ones warm up. */
  private double secondsPerToken(PlannedDomainSet plan) {
    int most = PassPlan.usualTokens(base.backbone().width(), Engine.threads());
    double best = Double.MAX_VALUE;
    try (JointPass pass = new JointPass(base, rows, plan.settings().tune().text(), most)) {
      for (int i = 0; i < TRIALS; i++) {
        long start = nanoTime.getAsLong();
        long tokens = pass.trial();
        best = Math.min(best, (nanoTime.getAsLong() - start) / NANOS / tokens);
      }
    }
    return best;
  }

  private void check(PlannedDomainSet plan, PlannedDomainSet first) {
    if (plan.settings().tune().text().maxLength() != rows.maxLength()) {
      throw new IllegalArgumentException("the rows were tokenised for another length");
    }
    if (!plan.settings().tune().text().equals(first.settings().tune().text())) {
      throw new IllegalArgumentException("models side by side read their texts alike");
    }
    require(
        plan.settings().tune().loop().accumulation() == 1,
        "training.accumulation",
        "1 when several domains are learnt",
        plan.settings().tune().loop().accumulation());
    requirePlain(plan.settings().tune().fit());
  }

  /** Refuses what a fit of one domain has and this one would pass over. */
  private static void requirePlain(FitSettings fit) {
    require(
        fit.augmentation().equals(Augmentation.NONE),
        "training.augment",
        "none when several domains are learnt",
        fit.augmentation().word());
    require(
        fit.labelNames() != LabelNameUse.LEARN,
        "training.labelNames",
        "auto or ignore when several domains are learnt",
        fit.labelNames().word());
    require(
        fit.loss() == TuneLoss.TASK,
        "training.loss",
        "task when several domains are learnt",
        fit.loss().word());
    require(
        fit.startShare() == 0,
        "training.startShare",
        "0 when several domains are learnt",
        fit.startShare());
  }
}
