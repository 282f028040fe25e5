package io.haori.training.baseline;

import io.haori.training.data.TokenizedDataset;
import io.haori.training.loop.LoopListener;

/** Hears how a task is fitted in several ways, on the thread that fits. */
public interface FitListener {
  /** Hears nothing. */
  FitListener SILENT = new FitListener() {};

  /**
   * The rows as the base reads them, once before the first way is trained.
   *
   * @param rows of all splits
   */
  default void onRead(TokenizedDataset rows) {}

  /**
   * A way begins.
   *
   * @param name of the way
   * @return hears its steps
   */
  default LoopListener onBegin(String name) {
    return LoopListener.SILENT;
  }

  /**
   * The training of a way has ended, interrupted or by an exception, too; it is scored next.
   *
   * @param name of the way
   */
  default void onEnd(String name) {}
}
