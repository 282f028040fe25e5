package io.haori.adapter.spi;

/** Where the lower level begins in the last phase of {@link TrainingStrategy.BiLevel}. */
public enum LastStart {
  /** Where it began at first. */
  FRESH,
  /** Where the two levels left it. */
  CONTINUED
}
