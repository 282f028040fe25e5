package io.haori.adapter.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * Which module each row of a batch belongs to. Rows of one module stand together, in the order of
 * the modules.
 *
 * @param rowsPerModule number of texts of each module, 0 allowed
 * @param tokensPerModule number of tokens of each module's texts
 */
public record Routing(List<Integer> rowsPerModule, List<Long> tokensPerModule) {
  /** Copies the counts. */
  public Routing {
    rowsPerModule = List.copyOf(rowsPerModule);
    tokensPerModule = List.copyOf(tokensPerModule);
    if (rowsPerModule.size() != tokensPerModule.size()) {
      throw new IllegalArgumentException(rowsPerModule + " and " + tokensPerModule);
    }
    for (int i = 0; i < rowsPerModule.size(); i++) {
      if (rowsPerModule.get(i) < 0 || tokensPerModule.get(i) < rowsPerModule.get(i)) {
        throw new IllegalArgumentException(
            tokensPerModule.get(i) + " tokens in " + rowsPerModule.get(i) + " rows");
      }
    }
  }

  /** Rows that all have one length. */
  public static Routing ofLength(List<Integer> rowsPerModule, int length) {
    return new Routing(
        rowsPerModule, rowsPerModule.stream().map(rows -> (long) rows * length).toList());
  }

  /** Texts of the whole batch. */
  public int rows() {
    return rowsPerModule.stream().mapToInt(Integer::intValue).sum();
  }

  /** Tokens of the whole batch. */
  public long tokens() {
    return tokensPerModule.stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The part of each module in a matrix.
   *
   * @param count rows of the matrix: one a token, or one a text
   */
  public List<RowRange> ranges(long count) {
    if (count != tokens() && count != rows()) {
      throw new IllegalArgumentException(
          count + " rows of a matrix for " + tokens() + " tokens of " + rows() + " texts");
    }
    List<RowRange> ranges = new ArrayList<>();
    long first = 0;
    for (int i = 0; i < rowsPerModule.size(); i++) {
      long ours = count == tokens() ? tokensPerModule.get(i) : rowsPerModule.get(i);
      ranges.add(new RowRange(first, ours));
      first += ours;
    }
    return ranges;
  }
}
