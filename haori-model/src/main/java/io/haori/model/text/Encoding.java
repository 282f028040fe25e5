package io.haori.model.text;

import java.util.Arrays;

/**
 * One text, or pair of texts, as token ids with the special ones in place, without padding. The
 * arrays are not copied and must not be changed.
 */
public final class Encoding {
  private final int[] ids;
  private final int[] typeIds;
  private final int cut;

  /**
   * Tokens of one row.
   *
   * @param ids one a token
   * @param typeIds 0 for the first text, 1 for the second where the base distinguishes them; as
   *     many as ids
   */
  public Encoding(int[] ids, int[] typeIds) {
    this(ids, typeIds, 0);
  }

  /**
   * Tokens of one row that may have lost some.
   *
   * @param ids one a token
   * @param typeIds 0 for the first text, 1 for the second where the base distinguishes them; as
   *     many as ids
   * @param cut tokens that the row lost because it was too long
   */
  public Encoding(int[] ids, int[] typeIds, int cut) {
    if (ids.length != typeIds.length) {
      throw new IllegalArgumentException(ids.length + " ids but " + typeIds.length + " type ids");
    }
    this.ids = ids;
    this.typeIds = typeIds;
    this.cut = cut;
  }

  /** Ids in the vocabulary, one a token. */
  public int[] ids() {
    return ids;
  }

  /** Token types, one a token. */
  public int[] typeIds() {
    return typeIds;
  }

  /** Number of tokens. */
  public int length() {
    return ids.length;
  }

  /** Tokens that the row lost because it was too long; 0 for a whole one. */
  public int cut() {
    return cut;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Encoding e
        && Arrays.equals(ids, e.ids)
        && Arrays.equals(typeIds, e.typeIds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  @Override
  public String toString() {
    return Arrays.toString(ids);
  }
}
