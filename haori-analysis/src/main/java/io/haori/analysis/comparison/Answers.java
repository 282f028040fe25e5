package io.haori.analysis.comparison;

/** What a model answers with, which decides how it is scored. */
public enum Answers {
  /** Classes, scored by accuracy; tests are McNemar's. */
  CLASSES,
  /** Answers of several parts, scored by a share such as F1; tests are the bootstrap's. */
  SHARES,
  /** Numbers, scored by their Pearson correlation with the truth; tests are the bootstrap's. */
  NUMBERS;

  /** Whether a score is a share of 1, shown in percent. */
  public boolean inPercent() {
    return this != NUMBERS;
  }
}
