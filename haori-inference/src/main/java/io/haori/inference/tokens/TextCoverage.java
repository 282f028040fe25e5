package io.haori.inference.tokens;

/**
 * How well a base reads texts.
 *
 * @param rows how many there are
 * @param cutRows those that were longer than the limit and lost their end
 * @param longest tokens of the longest row before any was cut, special ones included
 * @param tokens of the texts that were read, without those around them
 * @param unknownTokens those among them that the base has no token for: it sees the same mark for
 *     each
 */
public record TextCoverage(int rows, int cutRows, int longest, long tokens, long unknownTokens) {
  /** Nothing read. */
  public static final TextCoverage NONE = new TextCoverage(0, 0, 0, 0, 0);

  /** Share of unknown tokens from which answers are guesses for the most part. */
  public static final double MANY_UNKNOWN = 0.1;

  /** Share of the tokens that are unknown, in [0, 1]; 0 where nothing was read. */
  public double unknownShare() {
    return tokens == 0 ? 0 : (double) unknownTokens / tokens;
  }

  /** Share of the rows that were cut, in [0, 1]; 0 where nothing was read. */
  public double cutShare() {
    return rows == 0 ? 0 : (double) cutRows / rows;
  }

  /** Whether more than {@value #MANY_UNKNOWN} of the tokens are unknown. */
  public boolean manyUnknown() {
    return unknownShare() > MANY_UNKNOWN;
  }

  /** Both together. */
  public TextCoverage plus(TextCoverage other) {
    return new TextCoverage(
        rows + other.rows,
        cutRows + other.cutRows,
        Math.max(longest, other.longest),
        tokens + other.tokens,
        unknownTokens + other.unknownTokens);
  }
}
