package io.haori.training.task;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.group.ReduceGroup;
import io.haori.training.bilevel.BiLevelTraining;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.data.Dataset;
import io.haori.training.data.StratifiedRows;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.frozen.FrozenLayers;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.LoopListener;
import io.haori.training.loop.TrainingLoop;
import io.haori.training.loop.TrainingResult;
import io.haori.training.privacy.Privacy;
import io.haori.training.progressive.ProgressiveTraining;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Fits a base to a dataset.
 *
 * <pre>{@code
 * TuneSettings settings = TuneSettings.builder("lora").set("rank", 16).epochs(4).build();
 * TunedModel tuned = new Tuner(base, settings).tune(Dataset.read(folder));
 * }</pre>
 *
 * <p>One thread at a time may use a tuner. Tuners of their own, each on its thread, may fit models
 * on one base at once, beside threads that predict; a method that trains the base's weights or
 * learns at two levels ({@code full}, {@code bidora}) needs the base for itself.
 */
public final class Tuner {
  /** In fewer, decoding is hardly begun. */
  private static final int MANY_STEPS = 100;

  private final TextBase base;
  private final TuneSettings settings;
  private LoopListener listener = LoopListener.SILENT;
  private BooleanSupplier stopRequested = () -> false;
  private @Nullable StoredStart start;
  private @Nullable FrozenVectors frozen;
  private @Nullable Path checkpoints;
  private boolean resume;
  private boolean keepDown;
  private @Nullable Privacy privacy;
  private ReduceGroup group = ReduceGroup.ALONE;
  private @Nullable Path frozenLayers = Path.of(System.getProperty("java.io.tmpdir"));

  /**
   * Prepares a run.
   *
   * @param base stays open; under a method that trains its weights they are changed until the model
   *     that comes out is closed
   * @param settings what was chosen
   * @throws io.haori.core.check.UserError when they want the base kept in another way than it is
   */
  public Tuner(TextBase base, TuneSettings settings) {
    settings.text().base().requireOf(base);
    this.base = base;
    this.settings = settings;
  }

  /**
   * The module that a fit with these settings begins with, which changes nothing yet.
   *
   * @param base stays open
   * @param settings of the fit
   * @return owned by the caller
   */
  public static AdapterModule startingModule(TextBase base, TuneSettings settings) {
    return PreparedFit.module(base, settings);
  }

  /** Reports progress to this listener. */
  public Tuner listener(LoopListener newListener) {
    listener = newListener;
    return this;
  }

  /** Asks before every step whether to stop; then a checkpoint is written and the run ends. */
  public Tuner stopWhen(BooleanSupplier newStopRequested) {
    stopRequested = newStopRequested;
    return this;
  }

  /**
   * Starts from a stored model. The settings must have its method, as {@link StoredStart#settings}
   * gives them; a head's rows for labels that the stored one lacks are those of a probe.
   *
   * @param newStart null for a new module and new heads
   */
  public Tuner startFrom(@Nullable StoredStart newStart) {
    start = newStart;
    return this;
  }

  /**
   * Takes what the untrained model gives for the training rows from here.
   *
   * @param newFrozen of the same base, start and reading of texts, and of these rows at least; null
   *     to compute it
   */
  public Tuner reading(@Nullable FrozenVectors newFrozen) {
    frozen = newFrozen;
    return this;
  }

  /**
   * Keeps the inner factor A of each low-rank update {@code B A} as it starts, so that B and the
   * heads alone learn (FFA-LoRA, Sun et al. 2024, arXiv 2403.12313).
   *
   * @param newKeepDown whether to
   */
  public Tuner keepDown(boolean newKeepDown) {
    keepDown = newKeepDown;
    return this;
  }

  /**
   * Gives away little of each training row, by noise that nobody can repeat. Heads start at random
   * or from the stored model, the last epoch counts, validation rows are not looked at, and no
   * checkpoint is written.
   *
   * @param newPrivacy how little; null for a fit without noise
   */
  public Tuner privately(@Nullable Privacy newPrivacy) {
    privacy = newPrivacy;
    return this;
  }

  /**
   * Computes every step together with other processes or threads, each of which runs a tuner of its
   * own with the same settings and rows: each takes a part of the batch, and the gradients are
   * added up. The model is that of one process up to rounding, but for dropout, which is drawn for
   * each part. All members get it. The member 0 alone writes checkpoints; to continue from one, all
   * of them must find the same.
   *
   * @param newGroup stays open
   */
  public Tuner in(ReduceGroup newGroup) {
    group = newGroup;
    return this;
  }

  /**
   * Refuses settings whose steps cannot be cut into parts.
   *
   * @param setting name of the setting that says how many members there are, for the message
   * @param settings of the fit
   * @param members how many there are
   */
  public static void requireParts(String setting, TuneSettings settings, int members) {
    require(
        members == 1 || settings.method().strategy() instanceof TrainingStrategy.Plain,
        setting,
        "1 for the method " + settings.method().name() + ", which does not learn in one run",
        members);
    require(
        members == 1 || !settings.loss().contrasts(),
        setting,
        "1 for training.loss=" + settings.loss().word() + ", which compares rows of a batch",
        members);
    require(
        members == 1 || !settings.augmentation().mixes(),
        setting,
        "1 for training.augment=" + settings.augmentation().word() + ", which mixes rows",
        members);
  }

  /**
   * Where what the layers below the lowest adapter give for each row is kept for all epochs, in a
   * file that is deleted at the end; it is computed once then. Unless this says otherwise that is
   * the folder for temporary files.
   *
   * @param folder an existing one; null to compute it anew in every epoch
   */
  public Tuner keepFrozenLayersIn(@Nullable Path folder) {
    frozenLayers = folder;
    return this;
  }

  private FrozenLayers.@Nullable Use frozenLayersUse() {
    return frozenLayers == null ? null : new FrozenLayers.Use(frozenLayers, listener::onNote);
  }

  /**
   * Writes checkpoints.
   *
   * @param folder where they are
   * @param goOn whether to continue from the one there
   */
  public Tuner checkpoints(Path folder, boolean goOn) {
    checkpoints = folder;
    resume = goOn;
    return this;
  }

  /**
   * Trains on the training rows and keeps the epoch that is best on the validation rows.
   *
   * @param data all three splits; the test rows are not looked at
   * @return the fitted model, owned by the caller, and how it went
   */
  public TunedModel tune(Dataset data) {
    return tune(TokenizedDataset.of(data, base.reader(), settings.text().maxLength()));
  }

  /**
   * Trains on rows that were tokenised before.
   *
   * @param rows tokens of the same base and length; the test rows are not looked at
   * @return the fitted model, owned by the caller, and how it went
   */
  public TunedModel tune(TokenizedDataset rows) {
    requireParts("dataParallel", settings, group.size());
    if (group.size() > 1 && privacy != null) {
      throw new IllegalStateException("a group adds no noise");
    }
    try (PreparedFit fit = PreparedFit.of(base, settings, start, frozen, rows, frozenLayersUse())) {
      if (keepDown) {
        fit.keepDown();
      }
      Privacy limit = privacy;
      if (limit != null) {
        return fit.finish(runPrivately(fit, limit));
      }
      if (fit.isDone()) {
        return fit.finish();
      }
      fit.task().shareWith(group);
      TrainingResult result = run(fit.task(), fit.model(), fit.data());
      long waits = fit.task().waits();
      if (result.steps() >= MANY_STEPS && waits > result.steps() / 10) {
        listener.onNote(
            waits + " of " + result.steps() + " steps waited until their pictures were decoded.");
      }
      return fit.finish(result);
    }
  }

  private TrainingResult runPrivately(PreparedFit fit, Privacy limit) {
    require(
        settings.headStart() == HeadStart.RANDOM
            && settings.loss() == TuneLoss.TASK
            && settings.method().strategy() instanceof TrainingStrategy.Plain
            && !settings.augmentation().mixes(),
        "privacy",
        "asked for of a fit of one run with heads that start at random",
        settings.method().name());
    if (start != null) {
      try (TextModel stored = start.load(base, settings)) {
        StoredStart.copy(stored.heads(), fit.model().heads());
      }
    }
    LoopConfig loop = settings.loopFor(fit.data().labels().task());
    int rows = fit.data().train().rows().size();
    PrivateTuningTask task =
        new PrivateTuningTask(
            fit.task(),
            settings,
            rows,
            limit.steps(rows, settings.batchSize(), loop.epochs()),
            limit.clip(),
            new SecureRandom());
    return new TrainingLoop(loop, task, listener, stopRequested, System::nanoTime).run();
  }

  private TrainingResult run(TuningTask task, TextModel model, Dataset data) {
    LoopConfig loop = settings.loopFor(data.labels().task());
    Checkpoints saved = checkpoints == null ? null : new Checkpoints(checkpoints, identity(data));
    if (settings.method().strategy() instanceof TrainingStrategy.BiLevel levels) {
      var parts =
          new StratifiedRows(data.train(), data.labels())
              .split(levels.outerShare(), Seeds.of(loop.seed(), Purpose.PARTS));
      // Differences of gradients are taken in F32 whatever the run's type.
      try (var precise = base.backbone().keepIn(DType.F32)) {
        return new BiLevelTraining(
                loop,
                new BiLevelTuningTask(task, model, parts, settings, levels),
                levels,
                listener,
                stopRequested,
                System::nanoTime)
            .run(saved, resume);
      }
    }
    if (settings.method().strategy() instanceof TrainingStrategy.Progressive progressive) {
      return new ProgressiveTraining(
              loop, task, progressive.stages(), listener, stopRequested, System::nanoTime)
          .run(saved, resume);
    }
    TrainingLoop training =
        new TrainingLoop(loop, task, listener, stopRequested, System::nanoTime).in(group);
    return saved == null ? training.run() : training.run(saved, resume);
  }

  /** What a resumed run must agree on. */
  private RunSettings identity(Dataset data) {
    Map<String, String> more = new TreeMap<>();
    more.put("base", base.digest());
    more.put("training data", data.train().sha256());
    more.put("validation data", data.validation().sha256());
    if (start != null) {
      more.put("start", start.digest());
    }
    if (keepDown) {
      more.put("A", "kept");
    }
    return settings.runSettings().and(more);
  }
}
