package io.haori.model.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How a row is put together: special tokens, the first text, special tokens, the second text if
 * there is one, special tokens; each part with its token types.
 *
 * <pre>{@code
 * [CLS] that is a happy person [SEP] today is sunny [SEP]
 *   0     0   0 0   0     0      0     1    1   1     1
 * }</pre>
 */
final class RowTemplate {
  private final int[] ids;
  private final int[] typeIds;
  private final int[] firstRun;
  private final int @Nullable [] secondRun;

  private RowTemplate(int[] ids, int[] typeIds, int[] firstRun, int @Nullable [] secondRun) {
    this.ids = ids;
    this.typeIds = typeIds;
    this.firstRun = firstRun;
    this.secondRun = secondRun;
  }

  /**
   * Reads the template off an encoded example.
   *
   * @param ids of the example's tokens
   * @param typeIds of the example's tokens
   * @param sequences 0 or 1 for a token of the first or second text, −1 for a special one
   * @throws IllegalArgumentException when a text has no token, its tokens are not in one run, or
   *     the second text comes first
   */
  static RowTemplate of(int[] ids, int[] typeIds, int[] sequences) {
    boolean pair = Arrays.stream(sequences).anyMatch(s -> s == 1);
    int[] first = run(sequences, 0);
    int[] second = pair ? run(sequences, 1) : null;
    if (second != null && second[0] < first[1]) {
      throw new IllegalArgumentException("second text first " + Arrays.toString(sequences));
    }
    return new RowTemplate(ids, typeIds, first, second);
  }

  /** Ids before the first text. */
  int[] before() {
    return Arrays.copyOf(ids, firstRun[0]);
  }

  /** Ids after a single text. */
  int[] after() {
    return Arrays.copyOfRange(ids, firstRun[1], ids.length);
  }

  /** Special tokens of a row. */
  int specials() {
    return ids.length - length(firstRun) - (secondRun == null ? 0 : length(secondRun));
  }

  /** Ids of the special tokens. */
  int[] specialIds() {
    int[] specials = new int[specials()];
    int count = 0;
    for (int i = 0; i < ids.length; i++) {
      if (!inside(i, firstRun) && (secondRun == null || !inside(i, secondRun))) {
        specials[count++] = ids[i];
      }
    }
    return specials;
  }

  /**
   * Puts a row together, cutting tokens off the end of the longer text until the row is short
   * enough, then off both in turn.
   *
   * @param first ids of the first text
   * @param second ids of the second text; null exactly where the template has none
   * @param maxLength above {@link #specials()}
   * @param cutsLeft whether tokens are cut off the beginning instead
   */
  Encoding fill(int[] first, int @Nullable [] second, int maxLength, boolean cutsLeft) {
    int room = maxLength - specials();
    int firstLength = Math.min(first.length, room);
    int secondLength = 0;
    if (second != null && (long) first.length + second.length > room) {
      // The shorter text keeps up to half. Where both are cut, the longer keeps the odd token; the
      // reference measures them after it has cut each to the length of a row, so we do.
      boolean firstIsLonger =
          Math.min(first.length, maxLength) > Math.min(second.length, maxLength);
      int shorter = Math.min(Math.min(first.length, second.length), room / 2);
      firstLength = firstIsLonger ? room - shorter : shorter;
      secondLength = room - firstLength;
    } else if (second != null) {
      secondLength = second.length;
    }
    Row row = new Row(specials() + firstLength + secondLength);
    row.special(0, firstRun[0]);
    row.text(first, firstLength, cutsLeft, typeIds[firstRun[0]]);
    if (second != null && secondRun != null) {
      row.special(firstRun[1], secondRun[0]);
      row.text(second, secondLength, cutsLeft, typeIds[secondRun[0]]);
      row.special(secondRun[1], ids.length);
    } else {
      row.special(firstRun[1], ids.length);
    }
    int whole = first.length + (second == null ? 0 : second.length);
    return new Encoding(row.rowIds, row.rowTypeIds, whole - firstLength - secondLength);
  }

  /** A row being filled from left to right. */
  private final class Row {
    final int[] rowIds;
    final int[] rowTypeIds;
    private int position;

    Row(int length) {
      rowIds = new int[length];
      rowTypeIds = new int[length];
    }

    void special(int from, int to) {
      System.arraycopy(ids, from, rowIds, position, to - from);
      System.arraycopy(typeIds, from, rowTypeIds, position, to - from);
      position += to - from;
    }

    void text(int[] tokens, int length, boolean fromEnd, int type) {
      System.arraycopy(tokens, fromEnd ? tokens.length - length : 0, rowIds, position, length);
      Arrays.fill(rowTypeIds, position, position + length, type);
      position += length;
    }
  }

  /** Start and end of the tokens of one text. */
  private static int[] run(int[] sequences, int text) {
    int start = 0;
    while (start < sequences.length && sequences[start] != text) {
      start++;
    }
    int end = start;
    while (end < sequences.length && sequences[end] == text) {
      end++;
    }
    if (start == end || Arrays.stream(sequences).filter(s -> s == text).count() != end - start) {
      throw new IllegalArgumentException("no run of text " + text + Arrays.toString(sequences));
    }
    return new int[] {start, end};
  }

  private static int length(int[] run) {
    return run[1] - run[0];
  }

  private static boolean inside(int index, int[] run) {
    return index >= run[0] && index < run[1];
  }
}
