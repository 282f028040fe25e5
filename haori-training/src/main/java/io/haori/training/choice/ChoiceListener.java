package io.haori.training.choice;

/** Hears how a comparison of ways goes. */
@FunctionalInterface
public interface ChoiceListener {
  /** Hears nothing. */
  ChoiceListener SILENT = (done, all, score) -> {};

  /**
   * A fit is done.
   *
   * @param done how many fits are
   * @param all how many there will be
   * @param score of the way so far
   */
  void onFit(int done, int all, CrossScore score);
}
