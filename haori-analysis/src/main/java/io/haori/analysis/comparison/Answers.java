package io.haori.analysis.comparison;

/** What a model answers with, which decides how it is scored. */
public enum Answers {
  /** Classes, scored by accuracy; tests are McNemar's. */
  CLASSES,
  /** Numbers, scored by their Pearson correlation with the truth; tests are the bootstrap's. */
  NUMBERS
}
