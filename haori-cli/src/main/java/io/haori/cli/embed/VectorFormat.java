package io.haori.cli.embed;

import io.haori.inference.task.spi.AnswerFormat;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A vector as a list of numbers, in a table as one column a number.
 *
 * @param width how many numbers there are
 */
record VectorFormat(int width) implements AnswerFormat<float[]> {
  /** The field of a vector. */
  static final String VECTOR = "vector";

  @Override
  public List<String> fields() {
    return List.of(VECTOR);
  }

  @Override
  public Map<String, @Nullable Object> json(float @Nullable [] vector, @Nullable Integer top) {
    return Collections.singletonMap(VECTOR, vector);
  }

  @Override
  public List<String> columns(int top) {
    return IntStream.rangeClosed(1, width).mapToObj(k -> VECTOR + "_" + k).toList();
  }

  @Override
  public List<@Nullable Object> cells(float[] vector, int top) {
    List<@Nullable Object> cells = new ArrayList<>(vector.length);
    for (float number : vector) {
      cells.add(number);
    }
    return cells;
  }
}
