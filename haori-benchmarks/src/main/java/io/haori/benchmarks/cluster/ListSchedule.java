package io.haori.benchmarks.cluster;

import java.util.List;
import java.util.PriorityQueue;

/**
 * Runs that are handed out in their order, each to the executor that is free first (list
 * scheduling, Graham 1969, SIAM J. Appl. Math. 17), as Spark does within a job.
 *
 * @param makespan seconds from the start to the end of the last run
 * @param work seconds of all runs together
 * @param executors that were used
 */
record ListSchedule(double makespan, double work, int executors) {
  /**
   * Hands out runs.
   *
   * @param seconds of each run
   * @param executors with one run at a time
   * @param start seconds until an executor takes its first run
   */
  static ListSchedule of(List<Double> seconds, int executors, double start) {
    PriorityQueue<Double> free = new PriorityQueue<>();
    for (int i = 0; i < executors; i++) {
      free.add(start);
    }
    double last = 0;
    double work = 0;
    for (double one : seconds) {
      double end = free.remove() + one;
      free.add(end);
      last = Math.max(last, end);
      work += one;
    }
    return new ListSchedule(last, work, executors);
  }

  /** Share of the executors' time in which they do runs; in (0, 1]. */
  double efficiency() {
    return work / (makespan * executors);
  }
}
