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
   * How many good pictures it wants to hear of. Where fewer are held out but there are as many,
   * those that are learnt from are scored, too, a tenth at a time by what the others teach.
   */
  default int wanted() {
    return 0;
  }

  /**
   * A good picture was scored by what others taught: what live pictures are compared with.
   *
   * @param seen its score as the value, and the mean of its patches as the vector
   */
  default void heldOut(ObservedRow seen) {}
}
