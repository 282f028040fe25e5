package io.haori.adapter.spi;

import java.util.ArrayList;
import java.util.List;

/**
 * Which module each row of a batch belongs to. Rows of one module stand together, in the order of
 * the modules.
 *
 * @param rowsPerModule number of texts of each module, 0 allowed
 */
public record Routing(List<Integer> rowsPerModule) {
  /** Copies the counts. */
  public Routing {
    rowsPerModule = List.copyOf(rowsPerModule);
    if (rowsPerModule.stream().anyMatch(rows -> rows < 0)) {
      throw new IllegalArgumentException("negative count in " + rowsPerModule);
    }
  }

  /** The same number of rows for every module. */
  public static Routing equalGroups(int modules, int rowsEach) {
    List<Integer> counts = new ArrayList<>();
    for (int i = 0; i < modules; i++) {
      counts.add(rowsEach);
    }
    return new Routing(counts);
  }

  /** Texts of the whole batch. */
  public int rows() {
    return rowsPerModule.stream().mapToInt(Integer::intValue).sum();
  }

  /** Whether every module has the same number of rows, so that one batched product serves all. */
  public boolean isEqual() {
    return rowsPerModule.stream().distinct().count() == 1;
  }

  /**
   * The tokens of each module.
   *
   * @param tokens rows of the token matrix, a multiple of {@link #rows()}
   */
  public List<RowRange> ranges(long tokens) {
    if (rows() == 0 || tokens % rows() != 0) {
      throw new IllegalArgumentException(tokens + " tokens for " + rows() + " rows");
    }
    long each = tokens / rows();
    List<RowRange> ranges = new ArrayList<>();
    long first = 0;
    for (int rows : rowsPerModule) {
      ranges.add(new RowRange(first, rows * each));
      first += rows * each;
    }
    return ranges;
  }
}
