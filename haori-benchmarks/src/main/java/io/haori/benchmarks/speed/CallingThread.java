package io.haori.benchmarks.speed;

import java.lang.management.ManagementFactory;

/**
 * Processor time of the thread that calls. libtorch's threads share a product evenly, so on a quiet
 * machine a step's is near its time by the clock; on a busy one it stays, while the clock's grows.
 */
final class CallingThread {
  private CallingThread() {}

  /** What the thread has used so far, ns. */
  static long nanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
