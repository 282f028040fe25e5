package io.haori.analysis.transfer;

/** What became of one test sample when its domain was learnt together with others. */
public enum SampleKind {
  /** Right alone and together. */
  BOTH_RIGHT("both right"),
  /** Wrong alone, right together. */
  TRANSFER("transfer"),
  /** Right alone, wrong together. */
  INTERFERENCE("interference"),
  /** Wrong alone and together. */
  BOTH_WRONG("both wrong");

  private final String word;

  SampleKind(String word) {
    this.word = word;
  }

  /** Its name in tables and files. */
  public String word() {
    return word;
  }

  /**
   * The kind of a sample.
   *
   * @param independent whether the model of its domain alone is right
   * @param joint whether the model of several domains is right
   */
  public static SampleKind of(boolean independent, boolean joint) {
    if (independent) {
      return joint ? BOTH_RIGHT : INTERFERENCE;
    }
    return joint ? TRANSFER : BOTH_WRONG;
  }
}
