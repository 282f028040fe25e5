package io.haori.training.task;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.TargetScale;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Weight;
import io.haori.training.augment.LabelNameRows;
import io.haori.training.augment.LabelNameUse;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.frozen.FrozenLayers;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.TrainingResult;
import io.haori.training.task.answer.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A fit that has its model and is ready for its first step: what is before the training loop and
 * after it. Owns the model until {@link #finish} gives it away.
 */
final class PreparedFit implements AutoCloseable {
  private static final TrainingResult NOTHING_LEFT =
      new TrainingResult(0, 0, List.of(), 0, 0, 0, 0, false, false);

  private final TextBase base;
  private final TuneSettings settings;
  private final Dataset data;
  private final TuningTask task;
  private final boolean done;
  private final long trainable;
  private final @Nullable StartAverage average;
  private @Nullable TextModel model;

  private PreparedFit(
      TextBase base,
      TuneSettings settings,
      Dataset data,
      TextModel model,
      TuningTask task,
      boolean done,
      @Nullable StartAverage average) {
    this.base = base;
    this.settings = settings;
    this.data = data;
    this.model = model;
    this.task = task;
    this.done = done;
    this.average = average;
    this.trainable =
        task.parameterGroups().stream()
            .flatMap(group -> group.parameters().stream())
            .mapToLong(Parameter::count)
            .sum();
  }

  /**
   * Makes the model and starts its heads.
   *
   * @param base stays open
   * @param start a stored model that it starts from; null for a new one
   * @param frozen what the untrained model gives for the training rows; null to compute it
   * @param given tokens of the same base and length
   * @param frozenLayers where what the layers below the lowest adapter give is kept for all epochs;
   *     null to compute it anew
   */
  static PreparedFit of(
      TextBase base,
      TuneSettings settings,
      @Nullable StoredStart start,
      @Nullable FrozenVectors frozen,
      TokenizedDataset given,
      FrozenLayers.@Nullable Use frozenLayers) {
    if (given.maxLength() != settings.text().maxLength()) {
      throw new IllegalArgumentException(
          "tokens of at most "
              + given.maxLength()
              + ", "
              + settings.text().maxLength()
              + " wanted");
    }
    TokenizedDataset rows = augmented(base, settings, given);
    TextModel model = untrained(base, settings, start, rows);
    TuningTask task = null;
    try {
      // Copies are not among what was computed of the rows.
      FrozenVectors known =
          frozen == null || frozen.holds(rows.data().train().rows()) ? frozen : null;
      task = new TuningTask(model, baseParameters(base, settings), rows, settings, known);
      settings
          .loss()
          .check(
              rows.data().labels().task(), !task.trainsHeadsAlone(), settings.method().strategy());
      if (frozenLayers != null) {
        task.keepFrozenLayers(frozenLayers);
      }
      boolean done = startHeads(base, settings, start, rows.data(), model, task);
      return new PreparedFit(
          base, settings, rows.data(), model, task, done, average(settings, start, model));
    } catch (RuntimeException e) {
      if (task != null) {
        task.close();
      }
      model.close();
      throw e;
    }
  }

  private static TokenizedDataset augmented(
      TextBase base, TuneSettings settings, TokenizedDataset rows) {
    if (settings.augmentation().mixes()) {
      requireMixable(settings);
    }
    Dataset more = settings.augmentation().apply(rows.data(), settings.loop().seed());
    boolean names = settings.labelNames() == LabelNameUse.LEARN;
    if (!settings.augmentation().copies() && !names) {
      return rows;
    }
    if (names) {
      more = LabelNameRows.after(more);
    }
    return new TokenizedDataset(
        more,
        rows.maxLength(),
        base.reader().read(more.train().rows(), rows.maxLength(), more.labels().task()),
        rows.validation(),
        rows.test());
  }

  private static @Nullable StartAverage average(
      TuneSettings settings, @Nullable StoredStart start, TextModel model) {
    double share = settings.fit().startShare();
    if (share == 0) {
      return null;
    }
    require(start == null, "training.startShare", "0 for a start from another model", share);
    require(
        settings.loss() != TuneLoss.CONTRASTIVE_FIRST,
        "training.startShare",
        "0 for training.loss=" + TuneLoss.CONTRASTIVE_FIRST.word(),
        share);
    return new StartAverage(model, share);
  }

  private static void requireMixable(TuneSettings settings) {
    String setting = "training.augment";
    String given = settings.augmentation().word();
    require(
        !settings.loss().contrasts(), setting, "without mixup where classes are contrasted", given);
    require(
        !(settings.method().strategy() instanceof TrainingStrategy.BiLevel),
        setting,
        "without mixup for a method that learns at two levels",
        given);
  }

  private static List<Parameter> baseParameters(TextBase base, TuneSettings settings) {
    List<Parameter> parameters = new ArrayList<>();
    if (settings.method().trainsBase()) {
      for (Weight weight : base.backbone().weightsOf(settings.text().pooling())) {
        parameters.addAll(weight.makeTrainable());
      }
    }
    return parameters;
  }

  /** A module that changes nothing yet, with new heads. */
  private static TextModel untrained(
      TextBase base, TuneSettings settings, @Nullable StoredStart start, TokenizedDataset rows) {
    SplittableRandom random = startOf(settings);
    int width = settings.text().width(base);
    DomainLabels labels = rows.data().labels();
    List<TargetScale> scales = TargetScale.of(rows.targets(Split.TRAIN), labels);
    if (start != null) {
      TextModel stored = start.load(base, settings);
      Heads fresh = Heads.create(labels, scales, width, random);
      try {
        TextModel model = new TextModel(base, stored.module(), fresh, settings.text());
        stored.heads().close();
        return model;
      } catch (RuntimeException e) {
        stored.close();
        fresh.close();
        throw e;
      }
    }
    AdapterModule module = module(base, settings, random);
    Heads heads = Heads.create(labels, scales, width, random);
    try {
      return new TextModel(base, module, heads, settings.text());
    } catch (RuntimeException e) {
      module.close();
      heads.close();
      throw e;
    }
  }

  private static SplittableRandom startOf(TuneSettings settings) {
    return new SplittableRandom(Seeds.of(settings.loop().seed(), Purpose.START));
  }

  /** What {@link #untrained} begins with where no model is stored. */
  static AdapterModule module(TextBase base, TuneSettings settings) {
    return module(base, settings, startOf(settings));
  }

  private static AdapterModule module(
      TextBase base, TuneSettings settings, SplittableRandom random) {
    return AdapterModule.create(
        settings.method().moduleName().orElse("task"), settings.method(), base.backbone(), random);
  }

  /** Whether nothing is left to be learnt: a probe is the optimum of a model of heads alone. */
  private static boolean startHeads(
      TextBase base,
      TuneSettings settings,
      @Nullable StoredStart from,
      Dataset data,
      TextModel model,
      TuningTask task) {
    HeadStart headStart = settings.headStart();
    boolean probe =
        headStart.fitsProbe(data.labels().task(), data.train().rows().size())
            && (headStart != HeadStart.AUTO
                || settings.method().builtOn().isEmpty()
                || task.trainsHeadsAlone());
    boolean optimal =
        task.trainsHeadsAlone()
            && !settings.augmentation().mixes()
            && settings.loss() != TuneLoss.BALANCED;
    boolean done = probe && (optimal || (from != null && from.fixed()));
    if (probe && from != null && from.fixed()) {
      try (TextModel stored = from.load(base, settings)) {
        task.heads().near(stored.heads());
      }
    } else if (probe && !settings.loss().contrasts()) {
      task.heads().beforeTraining(done || from != null ? HeadStart.PROBE : headStart);
    }
    if (from != null && !done && headStart == HeadStart.AUTO) {
      try (TextModel stored = from.load(base, settings)) {
        StoredStart.copy(stored.heads(), model.heads());
      }
    }
    return done;
  }

  /** The inner factors of low-rank updates learn no more. */
  void keepDown() {
    for (AdaptedLinear layer : model().module().layers().values()) {
      if (layer instanceof LowRankUpdate update) {
        layer.parameters().stream()
            .map(TrainedParameter::parameter)
            .filter(parameter -> parameter.value() == update.down())
            .forEach(Parameter::freeze);
      }
    }
  }

  TuningTask task() {
    return task;
  }

  TextModel model() {
    if (model == null) {
      throw new IllegalStateException("given away");
    }
    return model;
  }

  Dataset data() {
    return data;
  }

  LoopConfig loop() {
    return settings.loopFor(data.labels().task());
  }

  /** Whether there is nothing to be learnt any more. */
  boolean isDone() {
    return done;
  }

  /** The fitted model of a fit that is done already. */
  TunedModel finish() {
    return finish(NOTHING_LEFT);
  }

  /**
   * The fitted model, owned by the caller.
   *
   * @param result how the loop went
   */
  TunedModel finish(TrainingResult result) {
    TextModel fitted = model();
    if (result.interrupted()) {
      model = null;
      return new TunedModel(fitted, result, Map.of(), trainable);
    }
    boolean contrastive = settings.loss() == TuneLoss.CONTRASTIVE;
    if (average != null) {
      average.apply(fitted, !contrastive);
    }
    if (contrastive) {
      task.heads().asTheyAre(HeadStart.PROBE);
    }
    AdapterModule trained = fitted.module();
    AdapterModule kept = settings.method().finished(trained, base.backbone().slots());
    if (kept == trained) {
      Map<String, Double> validation = task.validate();
      model = null;
      return new TunedModel(fitted, result, validation, done ? fitted.heads().count() : trainable);
    }
    TextModel smaller = new TextModel(base, kept, fitted.heads(), settings.text());
    model = smaller;
    trained.close();
    Map<String, Double> validation =
        data.validation().rows().isEmpty()
            ? Map.of()
            : Predictions.of(smaller, data.validation()).scores().byName();
    model = null;
    return new TunedModel(smaller, result, validation, trainable);
  }

  @Override
  public void close() {
    task.close();
    if (average != null) {
      average.close();
    }
    if (model != null) {
      model.close();
      model = null;
    }
  }
}
