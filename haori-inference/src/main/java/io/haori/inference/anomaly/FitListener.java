package io.haori.inference.anomaly;

import io.haori.analysis.drift.ObservedRow;

/** Hears how the fit of a detector goes. */
public interface FitListener {
  /** Nobody listens. */
  FitListener NONE = new FitListener() {};

  /**
   * Pictures were read.
   *
   * @param done so far
   * @param all of the fit
   */
  default void read(int done, int all) {}

  /**
   * A good picture that was held out was scored: what live pictures are compared with.
   *
   * @param seen its score as the value, and the mean of its patches as the vector
   */
  default void heldOut(ObservedRow seen) {}
}
