package io.haori.training.task;

import static io.haori.check.Check.require;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.training.loop.LoopConfig;

/**
 * What can be chosen when a model is fitted to a task.
 *
 * @param method the adaptation method with its own choices
 * @param loop epochs, optimizer, schedule, seed, early stopping, checkpoints
 * @param text how texts are read and computed
 * @param batchSize texts of a batch; at least 1
 * @param gradientCheckpointing whether each layer is computed again for its gradient: less memory,
 *     about a third more time
 */
public record TuneSettings(
    AdapterMethod method,
    LoopConfig loop,
    TextOptions text,
    int batchSize,
    boolean gradientCheckpointing) {
  /** The usual number of texts in a batch. */
  public static final int DEFAULT_BATCH_SIZE = 32;

  /** Checks the bound. */
  public TuneSettings {
    require(batchSize >= 1, "batch-size", "at least 1", batchSize);
  }
}
