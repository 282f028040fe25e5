package io.haori.adapter.dora;

/** What the pass backwards does with the norm that the direction is divided by. */
public enum NormGradient {
  /** It counts as a constant: the choice of Liu et al. 2024, section 4.3, and of PEFT. */
  DETACHED,
  /** It is differentiated, which gives the gradient of the function that is computed. */
  FULL
}
