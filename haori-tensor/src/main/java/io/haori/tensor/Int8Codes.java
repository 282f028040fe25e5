package io.haori.tensor;

/** Which codes the processor's int8 products add up exactly. */
enum Int8Codes {
  /** None: there are no such products here. */
  NONE,
  /**
   * Those of a weight whose neighbours never sum up to more than {@value Int8Pairs#LARGEST_SUM}.
   * Without VNNI a pair of products is added in 16 bits: the input's codes with 128 added, at most
   * 255, times two neighbours of the weight, {@code 255 · (w₁ + w₂) ≤ 32767}. What is larger would
   * be cut off without a word.
   */
  PAIRED,
  /** All from −127 to 127. */
  ALL
}
