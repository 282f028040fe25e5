package io.haori.cli.terminal;

import io.haori.tensor.Engine;
import io.haori.training.comparison.MemoryMeter;

/**
 * Measures runs by the resident memory of this process, from which memory that earlier runs left
 * unused is taken away first.
 */
public final class ProcessMemory implements MemoryMeter {
  private long highest;
  private boolean counts;

  @Override
  public void restart() {
    highest = overall();
    Engine.releaseFreeMemory();
    counts = PeakMemory.restart();
  }

  @Override
  public long megabytes() {
    return counts ? PeakMemory.megabytes() : -1;
  }

  /** The most that the process ever held, in MB of 2^20 bytes. */
  public long overall() {
    return Math.max(highest, PeakMemory.megabytes());
  }
}
