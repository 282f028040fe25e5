package io.haori.training.data;

/** What a row's text is said to be: the name of a class, or a number. */
public sealed interface Label {
  /**
   * The name of a class.
   *
   * @param name not blank, no space around it
   */
  record ClassName(String name) implements Label {}

  /**
   * A number to be predicted.
   *
   * @param value finite
   */
  record Numeric(double value) implements Label {}

  /**
   * The kind of task that has such labels.
   *
   * @return classification for names, regression for numbers
   */
  default TaskKind kind() {
    return this instanceof ClassName ? TaskKind.CLASSIFICATION : TaskKind.REGRESSION;
  }
}
