package io.haori.adapter.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * Which module each row of a batch belongs to. Rows of one module are adjacent, in the order of the
 * modules.
 *
 * @param vectorsPerModule number of vectors that the last layer is asked for, 0 allowed: one a
 *     text, or one a token that is to be predicted
 * @param tokensPerModule number of tokens of each module's texts
 */
public record Routing(List<Integer> vectorsPerModule, List<Long> tokensPerModule) {
  /** Copies the counts. */
  public Routing {
    vectorsPerModule = List.copyOf(vectorsPerModule);
    tokensPerModule = List.copyOf(tokensPerModule);
    if (vectorsPerModule.size() != tokensPerModule.size()) {
      throw new IllegalArgumentException(vectorsPerModule + " and " + tokensPerModule);
    }
    for (int i = 0; i < vectorsPerModule.size(); i++) {
      if (vectorsPerModule.get(i) < 0 || tokensPerModule.get(i) < vectorsPerModule.get(i)) {
        throw new IllegalArgumentException(
            tokensPerModule.get(i) + " tokens for " + vectorsPerModule.get(i) + " vectors");
      }
    }
  }

  /** Rows that all have one length. */
  public static Routing ofLength(List<Integer> rowsPerModule, int length) {
    return new Routing(
        rowsPerModule, rowsPerModule.stream().map(rows -> (long) rows * length).toList());
  }

  /** Vectors of the whole batch. */
  public int vectors() {
    return vectorsPerModule.stream().mapToInt(Integer::intValue).sum();
  }

  /** Tokens of the whole batch. */
  public long tokens() {
    return tokensPerModule.stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The part of each module in a matrix.
   *
   * @param count rows of the matrix: one a token, or one a vector
   */
  public List<RowRange> ranges(long count) {
    if (count != tokens() && count != vectors()) {
      throw new IllegalArgumentException(
          count + " rows of a matrix for " + tokens() + " tokens of " + vectors() + " vectors");
    }
    List<RowRange> ranges = new ArrayList<>();
    long first = 0;
    for (int i = 0; i < vectorsPerModule.size(); i++) {
      long ours = count == tokens() ? tokensPerModule.get(i) : vectorsPerModule.get(i);
      ranges.add(new RowRange(first, ours));
      first += ours;
    }
    return ranges;
  }
}
