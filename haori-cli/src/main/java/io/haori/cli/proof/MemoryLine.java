package io.haori.cli.proof;

import io.haori.cli.terminal.PeakMemory;
import io.haori.inference.model.TextBase;
import io.haori.tensor.Engine;
import io.haori.training.data.Dataset;
import io.haori.training.proof.Way;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;

/**
 * Memory of a fit by its rows: a line through the peaks of two short ones, as what is kept of each
 * row for all epochs counts, too.
 *
 * @param few rows of the first
 * @param fewMegabytes its peak; 0 where the system does not say it
 * @param many rows of the second
 * @param manyMegabytes its peak
 */
public record MemoryLine(int few, long fewMegabytes, int many, long manyMegabytes) {
  /** Rows of the first fit. */
  public static final int FEW = 64;

  /**
   * Measures it.
   *
   * @param base stays open
   * @param way of one epoch
   * @param small some rows
   * @param large all rows
   */
  public static MemoryLine of(TextBase base, Way way, Dataset small, Dataset large) {
    long few = peak(base, way, small);
    long many = peak(base, way, large);
    return new MemoryLine(small.train().rows().size(), few, large.train().rows().size(), many);
  }

  private static long peak(TextBase base, Way way, Dataset data) {
    // What earlier fits no longer use is not of this one.
    Engine.releaseFreeMemory();
    boolean counts = PeakMemory.restart();
    try (TunedModel tuned = new Tuner(base, way.settings()).tune(data)) {
      return counts ? PeakMemory.megabytes() : 0;
    }
  }

  /** The peak of a fit to some rows, in MB of 2^20 bytes. */
  public long megabytes(int rows) {
    if (many <= few) {
      return Math.max(fewMegabytes, manyMegabytes);
    }
    double slope = Math.max(0, (double) (manyMegabytes - fewMegabytes) / (many - few));
    return Math.round(fewMegabytes + slope * Math.max(0, rows - few));
  }
}
