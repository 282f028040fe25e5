package io.haori.adapter.sparse;

/**
 * How much a part of a module matters, for a weight {@code w} with the gradient {@code g}. Parts of
 * several numbers are scored as {@link ScoreBoard} says.
 */
public enum Score {
  /** Nothing but the seed decides. */
  RANDOM,
  /** {@code |w|}. */
  MAGNITUDE,
  /**
   * {@code |w · g|}, how much the loss would change without it (SNIP, Lee et al. 2019, arXiv
   * 1810.02340), smoothed over the steps as AdaLoRA does (Zhang et al. 2023, arXiv 2303.10512).
   */
  SNIP,
  /**
   * {@code −Σ w · g} over the steps: what moves away from zero (Sanh et al. 2020, arXiv
   * 2005.07683).
   */
  MOVEMENT;

  /** Whether it must see the gradients of every step. */
  boolean readsGradients() {
    return this == SNIP || this == MOVEMENT;
  }
}
