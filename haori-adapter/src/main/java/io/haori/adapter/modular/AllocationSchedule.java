package io.haori.adapter.modular;

/**
 * When components are dropped, and how many numbers may stay each time: AdaLoRA's cubic schedule
 * (Zhang et al. 2023, arXiv 2303.10512, equation 12).
 *
 * <pre>{@code
 * allowed(t) = budget + (start − budget) · (1 − (t − begin) / (end − begin))³     begin < t ≤ end
 * }</pre>
 *
 * @param begin step after which scores have gathered enough to drop by
 * @param end step from which the kept components are fixed
 * @param interval steps between two allocations
 */
record AllocationSchedule(int begin, int end, int interval) {
  private static final double BEGIN = 0.2;
  private static final double END = 0.6;
  private static final int ALLOCATIONS = 10;

  /** For a training of this many steps: it learns at full width, then allocates, then settles. */
  static AllocationSchedule over(int steps) {
    int begin = (int) (BEGIN * steps);
    int end = Math.max(begin + 1, (int) (END * steps));
    return new AllocationSchedule(begin, end, Math.max(1, (end - begin) / ALLOCATIONS));
  }

  /** Whether components are dropped after this step, counted from 1. */
  boolean allocatesAfter(int step) {
    return step > begin && step <= end && (end - step) % interval == 0;
  }

  /** Whether the kept components are fixed after this step. */
  boolean settledAfter(int step) {
    return step >= end;
  }

  /**
   * Numbers that may stay after a step.
   *
   * @param step counted from 1; above begin, at most end
   * @param start numbers at the start
   * @param budget numbers in the end
   */
  long allowed(int step, long start, long budget) {
    double left = 1 - (double) (step - begin) / (end - begin);
    return budget + (long) ((start - budget) * left * left * left);
  }
}
