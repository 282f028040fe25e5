package io.haori.training.machine;

/**
 * How a base is computed.
 *
 * @param precision as the command line names it, for example {@code bf16}
 * @param threads of one operation; at least 1
 */
public record ComputeSetting(String precision, int threads) {
  /** In words: {@code bf16 and 2 threads}. */
  public String words() {
    return precision + " and " + threads + (threads == 1 ? " thread" : " threads");
  }
}
