package io.haori.inference.task.multilabel;

import io.haori.inference.task.spi.AnswerFormat;
import io.haori.inference.task.spi.Prediction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The labels that apply, and the probabilities of all labels in F32. */
enum LabelsFormat implements AnswerFormat<Prediction> {
  /** The only one. */
  INSTANCE;

  @Override
  public List<String> fields() {
    return List.of("labels", "probabilities");
  }

  @Override
  public Map<String, @Nullable Object> json(
      @Nullable Prediction prediction, @Nullable Integer top) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("labels", prediction == null ? null : prediction.labels());
    Map<String, Float> listed = new LinkedHashMap<>();
    if (prediction != null) {
      Stream<Map.Entry<String, Double>> all = prediction.probabilities().entrySet().stream();
      if (top != null) {
        all = all.sorted(Map.Entry.<String, Double>comparingByValue().reversed()).limit(top);
      }
      all.forEach(one -> listed.put(one.getKey(), one.getValue().floatValue()));
    }
    json.put("probabilities", listed);
    return json;
  }

  @Override
  public List<String> columns(int top) {
    return fields();
  }

  /** The labels with {@code ;} between them, as a table is read, and their probabilities. */
  @Override
  public List<@Nullable Object> cells(Prediction prediction, int top) {
    return List.of(
        String.join(";", prediction.labels()),
        prediction.labelProbabilities().stream()
            .map(probability -> String.valueOf(probability.floatValue()))
            .collect(Collectors.joining(";")));
  }
}
