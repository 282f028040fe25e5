package io.haori.inference.task.spi;

import java.util.List;

/** The right answer to a row, as data have it; each task has its own kind. */
public interface Label {
  /**
   * The names of classes in it.
   *
   * @return none for a number; a name as often as it is there
   */
  List<String> names();

  /** For a person, such as {@code fish} or {@code 1.5}. */
  String text();

  /**
   * The name of a class.
   *
   * @param name not blank, no space around it
   */
  record ClassName(String name) implements Label {
    @Override
    public List<String> names() {
      return List.of(name);
    }

    @Override
    public String text() {
      return name;
    }
  }

  /**
   * A number to be predicted.
   *
   * @param value finite
   */
  record Numeric(double value) implements Label {
    @Override
    public List<String> names() {
      return List.of();
    }

    @Override
    public String text() {
      return String.valueOf(value);
    }
  }
}
