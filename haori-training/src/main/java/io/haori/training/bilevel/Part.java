package io.haori.training.bilevel;

/** Which of the training rows. */
public enum Part {
  /** Those that the lower level learns from. */
  INNER,
  /** Those that the upper level learns from. */
  OUTER,
  /** Both together. */
  ALL
}
