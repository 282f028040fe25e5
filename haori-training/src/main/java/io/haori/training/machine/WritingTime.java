package io.haori.training.machine;

/**
 * How long a decoder takes for a further token of each of some texts.
 *
 * @param precision of the base, as the command line names it
 * @param threads of one operation
 * @param texts that are written at once
 * @param milliseconds for one further token of all of them, median over the repeats
 */
public record WritingTime(String precision, int threads, int texts, double milliseconds) {
  /** Tokens of all texts in a second. */
  public double tokensPerSecond() {
    return 1000.0 * texts / milliseconds;
  }
}
