package io.haori.inference.router;

import io.haori.inference.model.TextPass;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenizedRows;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of one pass as tokens, ready to be computed in a batch with others. Owns nothing; the pass
 * must stay open.
 */
public final class PreparedRows {
  private final TextPass pass;
  private final TokenizedRows rows;
  private final int[] headOfRow;

  private PreparedRows(TextPass pass, TokenizedRows rows, int[] headOfRow) {
    this.pass = pass;
    this.rows = rows;
    this.headOfRow = headOfRow;
  }

  /**
   * Tokenises rows.
   *
   * @param pass what computes and answers them
   * @param rows at least one
   * @throws io.haori.core.check.UserError when there are several heads and none for a row's domain
   */
  public static PreparedRows of(TextPass pass, List<Row> rows) {
    int[] headOfRow = pass.headsOf(rows);
    return new PreparedRows(pass, pass.tokenize(rows).load(), headOfRow);
  }

  /** What computes and answers them. */
  public TextPass pass() {
    return pass;
  }

  /** Their tokens. */
  public TokenizedRows rows() {
    return rows;
  }

  /** Index of the head that answers, by row; not to be changed. */
  int[] headOfRow() {
    return headOfRow;
  }

  /** How many rows there are. */
  public int size() {
    return rows.size();
  }

  /** Tokens of all rows, the special ones included. */
  public long tokens() {
    return rows.tokens();
  }

  /**
   * Some of the rows.
   *
   * @param first the first of them
   * @param end after the last of them
   */
  public PreparedRows part(int first, int end) {
    if (first == 0 && end == size()) {
      return this;
    }
    int[] index = new int[end - first];
    for (int i = 0; i < index.length; i++) {
      index[i] = first + i;
    }
    return new PreparedRows(pass, rows.select(index), Arrays.copyOfRange(headOfRow, first, end));
  }
}
