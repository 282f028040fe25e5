package io.haori.training.task;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.weights.DType;
import io.haori.inference.model.BaseOptions;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.training.augment.LabelNameUse;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Settings of a fit, one method a setting. What is not chosen is as {@link TuneSettings#of} has it.
 *
 * <p>Each setting has one name: {@code epochs} here is {@code training.epochs} in error sentences,
 * in {@code haori.json} and in {@code --set} of the command line. The method's own settings go by
 * {@link #set}, under the same names as in {@code --set}.
 *
 * <p>Not thread-safe; what {@link #build} gives is a value that may be shared.
 */
public final class TuneSettingsBuilder {
  private final String name;
  private final Map<String, String> methodSettings = new LinkedHashMap<>();
  private final List<UnaryOperator<TuneSettings>> changes = new ArrayList<>();

  /** Starts with the usual settings of a method, see {@link TuneSettings#builder}. */
  TuneSettingsBuilder(String name) {
    this.name = name;
  }

  /**
   * Sets a choice of the method itself, for example {@code set("rank", 16)} or {@code
   * set("lora.targets", "all-linear")}.
   *
   * @param setting its name in the method's config; the method's name and a dot may come before it
   * @param value a number, a truth value or a text, as after {@code --set}
   */
  public TuneSettingsBuilder set(String setting, Object value) {
    String own = name + ".";
    String key = setting.startsWith(own) ? setting.substring(own.length()) : setting;
    methodSettings.put(key, String.valueOf(value));
    return this;
  }

  /** Most passes over the training rows; at least 1. */
  public TuneSettingsBuilder epochs(int epochs) {
    return loop(loop -> loop.withEpochs(epochs));
  }

  /** The highest learning rate; above 0. */
  public TuneSettingsBuilder learningRate(double learningRate) {
    return optimizer(adam -> adam.withLearningRate(learningRate));
  }

  /** Learning rate of the task's heads over that of the method's own parameters; above 0. */
  public TuneSettingsBuilder headLearningRateRatio(double ratio) {
    return change(settings -> settings.withHeadLearningRateRatio(ratio));
  }

  /** What the heads of a classification start from. */
  public TuneSettingsBuilder headStart(HeadStart start) {
    return change(settings -> settings.withHeadStart(start));
  }

  /** What is made small. */
  public TuneSettingsBuilder loss(TuneLoss loss) {
    return change(settings -> settings.withLoss(loss));
  }

  /** τ of the contrastive loss; in [0.01, 1]. */
  public TuneSettingsBuilder temperature(double temperature) {
    return change(settings -> settings.withTemperature(temperature));
  }

  /** Share of the start in the weights that come out; in [0, 1). */
  public TuneSettingsBuilder startShare(double share) {
    return change(settings -> settings.withStartShare(share));
  }

  /** Whether names of labels are learnt from, too. */
  public TuneSettingsBuilder labelNames(LabelNameUse use) {
    return change(settings -> settings.withLabelNames(use));
  }

  /** Texts of a batch; at least 1. */
  public TuneSettingsBuilder batchSize(int batchSize) {
    return change(settings -> settings.withBatchSize(batchSize));
  }

  /** Batches whose gradients make one step; at least 1. */
  public TuneSettingsBuilder accumulation(int accumulation) {
    return loop(loop -> loop.withAccumulation(accumulation));
  }

  /** Epochs without a better validation after which training stops; 0 never stops early. */
  public TuneSettingsBuilder patience(int patience) {
    return loop(loop -> loop.withSelection(loop.selection().withPatience(patience)));
  }

  /** Where all randomness begins. */
  public TuneSettingsBuilder seed(long seed) {
    return loop(loop -> loop.withSeed(seed));
  }

  /** Norm to which the gradients of a step are scaled down; 0 leaves them alone. */
  public TuneSettingsBuilder maxGradientNorm(double norm) {
    return loop(loop -> loop.withMaxGradientNorm(norm));
  }

  /** Steps between two checkpoints within an epoch; 0 writes them at the end of epochs only. */
  public TuneSettingsBuilder checkpointEverySteps(int steps) {
    return loop(loop -> loop.withCheckpointEverySteps(steps));
  }

  /** How the learning rate goes after its warm-up. */
  public TuneSettingsBuilder schedule(Schedule.Shape shape) {
    return loop(
        loop -> {
          Schedule old = loop.schedule();
          return loop.withSchedule(new Schedule(shape, old.warmupShare(), old.warmupSteps()));
        });
  }

  /** Share of all steps that the warm-up takes; in [0, 1]. Replaces {@link #warmupSteps}. */
  public TuneSettingsBuilder warmupShare(double share) {
    return loop(loop -> loop.withSchedule(new Schedule(loop.schedule().shape(), share, 0)));
  }

  /** Steps of the warm-up; at least 0. Replaces {@link #warmupShare}. */
  public TuneSettingsBuilder warmupSteps(int steps) {
    return loop(loop -> loop.withSchedule(new Schedule(loop.schedule().shape(), 0, steps)));
  }

  /** Share of the first moment that a step keeps; in [0, 1). */
  public TuneSettingsBuilder beta1(double beta1) {
    return optimizer(
        adam ->
            new AdamWConfig(
                adam.learningRate(), beta1, adam.beta2(), adam.epsilon(), adam.weightDecay()));
  }

  /** Share of the second moment that a step keeps; in [0, 1). */
  public TuneSettingsBuilder beta2(double beta2) {
    return optimizer(
        adam ->
            new AdamWConfig(
                adam.learningRate(), adam.beta1(), beta2, adam.epsilon(), adam.weightDecay()));
  }

  /** What is added to the denominator of a step; in [1e-30, 1]. */
  public TuneSettingsBuilder epsilon(double epsilon) {
    return optimizer(
        adam ->
            new AdamWConfig(
                adam.learningRate(), adam.beta1(), adam.beta2(), epsilon, adam.weightDecay()));
  }

  /** Share of a value, times the learning rate, that a step takes away; at least 0. */
  public TuneSettingsBuilder weightDecay(double weightDecay) {
    return optimizer(
        adam ->
            new AdamWConfig(
                adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon(), weightDecay));
  }

  /** Tokens of a text at most, the rest is cut; at least 3. */
  public TuneSettingsBuilder maxLength(int maxLength) {
    return text(text -> text.withMaxLength(maxLength));
  }

  /** How tokens become one vector. */
  public TuneSettingsBuilder pooling(Pooling pooling) {
    return text(text -> text.withPooling(pooling));
  }

  /** Type of the activations: F32 or BF16. */
  public TuneSettingsBuilder precision(DType precision) {
    return text(text -> text.withPrecision(precision));
  }

  /** How the base is kept; {@link #build} refuses integers where the base itself is trained. */
  public TuneSettingsBuilder base(BaseOptions base) {
    return text(text -> text.withBase(base));
  }

  /** Whether each layer is computed again for its gradient: less memory, about a third slower. */
  public TuneSettingsBuilder gradientCheckpointing(boolean checkpointing) {
    return change(settings -> settings.withGradientCheckpointing(checkpointing));
  }

  /**
   * The settings as chosen.
   *
   * @throws io.haori.core.check.UserError when the method, one of its settings or a value does not
   *     exist
   */
  public TuneSettings build() {
    AdapterMethod method = MethodCatalogue.create(name, methodSettings);
    TuneSettings settings = TuneSettings.of(method);
    for (UnaryOperator<TuneSettings> change : changes) {
      settings = change.apply(settings);
    }
    return settings;
  }

  private TuneSettingsBuilder optimizer(UnaryOperator<AdamWConfig> change) {
    return loop(loop -> loop.withOptimizer(change.apply(loop.optimizer())));
  }

  private TuneSettingsBuilder loop(UnaryOperator<LoopConfig> change) {
    return change(settings -> settings.withLoop(change.apply(settings.loop())));
  }

  private TuneSettingsBuilder text(UnaryOperator<TextOptions> change) {
    return change(settings -> settings.withText(change.apply(settings.text())));
  }

  private TuneSettingsBuilder change(UnaryOperator<TuneSettings> change) {
    changes.add(change);
    return this;
  }
}
