package io.haori.training.data;

/** What a task asks for. Labels that are numbers make a regression, all others a classification. */
public enum TaskKind {
  /** One class out of a label set. */
  CLASSIFICATION,
  /** One number. */
  REGRESSION
}
