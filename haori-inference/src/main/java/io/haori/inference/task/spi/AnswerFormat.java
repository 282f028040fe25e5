package io.haori.inference.task.spi;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How answers are written: as fields of JSON and as cells of a table.
 *
 * @param <T> an answer, of a task a {@link Prediction}
 */
public interface AnswerFormat<T> {
  /** Names of the fields, in order. */
  List<String> fields();

  /**
   * An answer as fields.
   *
   * @param answer null for a blank text, whose fields are null or empty
   * @param top how many classes are listed; null for all
   */
  Map<String, @Nullable Object> json(@Nullable T answer, @Nullable Integer top);

  /** Names of a table's columns when this many classes are listed. */
  List<String> columns(int top);

  /** An answer as cells; a blank text has none. */
  List<@Nullable Object> cells(T answer, int top);
}
