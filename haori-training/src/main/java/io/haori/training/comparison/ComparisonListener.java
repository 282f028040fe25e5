package io.haori.training.comparison;

import io.haori.inference.tokens.TextCoverage;

/** Hears how a comparison goes, on a thread that trains, one call at a time. */
public interface ComparisonListener {
  /** Hears nothing. */
  ComparisonListener SILENT = new ComparisonListener() {};

  /**
   * When the base has read the texts, before anything is trained.
   *
   * @param base its name
   * @param training how well it reads the training rows
   */
  default void onTexts(String base, TextCoverage training) {}

  /**
   * Before the first run.
   *
   * @param runs how many are wanted
   * @param finished how many of them were done before
   * @param workDone of those, in units of which only ratios count
   * @param work of all runs
   */
  default void onPlan(int runs, int finished, long workDone, long work) {}

  /**
   * After a short trial of the machine, before the first run.
   *
   * @param seconds that the runs which are not done will take about
   */
  default void onEstimate(double seconds) {}

  /**
   * Now and then.
   *
   * @param workDone so far
   * @param detail what is being done
   */
  default void onProgress(long workDone, String detail) {}
}
