package io.haori.training.search;

/** Hears how a search goes, on the thread that trains. */
public interface SearchListener {
  /** Hears nothing. */
  SearchListener SILENT = (done, all, trial) -> {};

  /**
   * After a trial's round.
   *
   * @param done rounds of all trials so far
   * @param all of them
   * @param trial as it is now
   */
  void onRound(int done, int all, Trial trial);
}
