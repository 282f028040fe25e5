package io.haori.adapter.sparse;

import static io.haori.core.check.Check.require;

/**
 * How the share that was taken away grows over the steps of a run.
 *
 * <pre>{@code
 * one shot   0 before f, then the target
 * cubic      target · (1 − (1 − (t − f) / (e − f))³) between f and e     (Zhu and Gupta 2017)
 * }</pre>
 *
 * with {@code t} the share of the steps that are done.
 *
 * @param shape of the growth
 * @param from share of the steps at which it begins; in [0, 1]
 * @param to share of the steps at which a cubic one has reached its target; above from, at most 1
 */
public record PruningSchedule(Shape shape, double from, double to) {
  /** How it grows. */
  public enum Shape {
    /** At once. */
    ONESHOT,
    /** Quickly at first, while much can be spared, and slowly at the end (arXiv 1710.01878). */
    CUBIC
  }

  /** Checks the bounds. */
  public PruningSchedule {
    require(from >= 0 && from <= 1, "sparse.pruneFrom", "in [0, 1]", from);
    require(to <= 1, "sparse.pruneTo", "at most 1", to);
    require(
        shape == Shape.ONESHOT || to > from,
        "sparse.pruneTo",
        "above sparse.pruneFrom, " + from,
        to);
  }

  /**
   * The share to remove after a step.
   *
   * @param step counted from 1
   * @param steps of the run
   * @param target the share in the end
   * @return in [0, target]; never falls from step to step, and is the target after the last one
   */
  public double sparsity(int step, int steps, double target) {
    double done = (double) step / steps;
    if (step >= steps) {
      return target;
    }
    if (shape == Shape.ONESHOT) {
      return done >= from ? target : 0;
    }
    if (done < from) {
      return 0;
    }
    if (done >= to) {
      return target;
    }
    double left = 1 - (done - from) / (to - from);
    return target * (1 - left * left * left);
  }
}
