package io.haori.cli.terminal;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/** Processor time of this process, which does not pass while others have the processor. */
public final class ProcessorTime {
  private ProcessorTime() {}

  /** Nanoseconds of all threads so far; where the system does not say it, of the clock. */
  public static long nanos() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    if (system instanceof com.sun.management.OperatingSystemMXBean known) {
      long nanos = known.getProcessCpuTime();
      if (nanos >= 0) {
        return nanos;
      }
    }
    return System.nanoTime();
  }
}
