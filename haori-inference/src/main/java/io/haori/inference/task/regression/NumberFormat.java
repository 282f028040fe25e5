package io.haori.inference.task.regression;

import io.haori.inference.task.spi.AnswerFormat;
import io.haori.inference.task.spi.Prediction;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The number, with the digits of F32. */
enum NumberFormat implements AnswerFormat<Prediction> {
  /** The only one. */
  INSTANCE;

  private static final String VALUE = "value";

  @Override
  public List<String> fields() {
    return List.of(VALUE);
  }

  @Override
  public Map<String, @Nullable Object> json(
      @Nullable Prediction prediction, @Nullable Integer top) {
    return Collections.singletonMap(
        VALUE, prediction == null ? null : (Float) (float) prediction.value());
  }

  @Override
  public List<String> columns(int top) {
    return List.of(VALUE);
  }

  @Override
  public List<@Nullable Object> cells(Prediction prediction, int top) {
    return List.of((float) prediction.value());
  }
}
