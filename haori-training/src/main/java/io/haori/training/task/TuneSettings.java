package io.haori.training.task;

import static io.haori.check.Check.require;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.tensor.DType;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamWConfig;

/**
 * What can be chosen when a model is fitted to a task.
 *
 * @param method the adaptation method with its own choices
 * @param loop epochs, optimizer, schedule, seed, early stopping, checkpoints
 * @param text how texts are read and computed
 * @param batchSize texts of a batch; at least 1
 * @param gradientCheckpointing whether each layer is computed again for its gradient: less memory,
 *     about a third more time
 * @param headLearningRateRatio learning rate of the task's heads over that of the method's own
 *     parameters; finite, above 0
 */
public record TuneSettings(
    AdapterMethod method,
    LoopConfig loop,
    TextOptions text,
    int batchSize,
    boolean gradientCheckpointing,
    double headLearningRateRatio) {
  /** The usual number of texts in a batch. */
  public static final int DEFAULT_BATCH_SIZE = 32;

  /** The usual number of passes over the training rows. */
  public static final int DEFAULT_EPOCHS = 8;

  /** Checks the bounds. */
  public TuneSettings {
    require(batchSize >= 1, "batch-size", "at least 1", batchSize);
    require(
        headLearningRateRatio > 0 && headLearningRateRatio <= Double.MAX_VALUE,
        "training.headLearningRateRatio",
        "finite and above 0",
        headLearningRateRatio);
  }

  /** With the method's usual learning rate of the heads. */
  public TuneSettings(
      AdapterMethod method,
      LoopConfig loop,
      TextOptions text,
      int batchSize,
      boolean gradientCheckpointing) {
    this(method, loop, text, batchSize, gradientCheckpointing, method.usualHeadLearningRateRatio());
  }

  /**
   * The usual settings of a method: its own learning rate, 8 epochs, batches of 32, texts of at
   * most 128 tokens, the fastest precision of this processor.
   *
   * @param method the adaptation method
   */
  public static TuneSettings of(AdapterMethod method) {
    AdamWConfig usual = AdamWConfig.DEFAULT;
    return new TuneSettings(
        method,
        LoopConfig.DEFAULT
            .withEpochs(DEFAULT_EPOCHS)
            .withOptimizer(
                new AdamWConfig(
                    method.usualLearningRate(),
                    usual.beta1(),
                    usual.beta2(),
                    usual.epsilon(),
                    usual.weightDecay())),
        TextOptions.usual(),
        DEFAULT_BATCH_SIZE,
        false);
  }

  /** The same with another learning rate. */
  public TuneSettings withLearningRate(double rate) {
    LoopConfig changed = loop.withOptimizer(loop.optimizer().withLearningRate(rate));
    return new TuneSettings(
        method, changed, text, batchSize, gradientCheckpointing, headLearningRateRatio);
  }

  /** The same with another seed. */
  public TuneSettings withSeed(long seed) {
    return new TuneSettings(
        method, loop.withSeed(seed), text, batchSize, gradientCheckpointing, headLearningRateRatio);
  }

  /** The same with another learning rate of the heads, over that of the method's parameters. */
  public TuneSettings withHeadLearningRateRatio(double ratio) {
    return new TuneSettings(method, loop, text, batchSize, gradientCheckpointing, ratio);
  }

  /** The type that the base's weights are kept in: what is trained starts from all its bits. */
  public DType baseType() {
    return method.trainsBase() ? DType.F32 : text.precision();
  }
}
