package io.haori.training.data;

import java.util.Locale;

/** The labelled parts of a dataset. */
public enum Split {
  /** What is learnt from. */
  TRAIN,
  /** What chooses the epoch and the settings. */
  VALIDATION,
  /** What is looked at last, to tell how good the outcome is. */
  TEST;

  /**
   * The name of the split's file without its ending, and its name on the command line.
   *
   * @return for example {@code validation}
   */
  public String fileName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
