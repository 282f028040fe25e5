package io.haori.adapter.spi;

/** How the upper level of {@link TrainingStrategy.BiLevel} learns what the lower one would do. */
public enum Hypergradient {
  /** The mixed second derivative by central differences of first derivatives. */
  FINITE,
  /** The mixed second derivative itself. */
  EXACT
}
