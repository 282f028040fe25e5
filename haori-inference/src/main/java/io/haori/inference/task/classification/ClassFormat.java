package io.haori.inference.task.classification;

import io.haori.inference.task.spi.AnswerFormat;
import io.haori.inference.task.spi.Prediction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The most probable class, and the probabilities in F32. */
enum ClassFormat implements AnswerFormat<Prediction> {
  /** The only one. */
  INSTANCE;

  @Override
  public List<String> fields() {
    return List.of("label", "probabilities");
  }

  @Override
  public Map<String, @Nullable Object> json(
      @Nullable Prediction prediction, @Nullable Integer top) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("label", prediction == null ? null : prediction.label());
    json.put("probabilities", prediction == null ? Map.of() : listed(prediction, top));
    return json;
  }

  private static Map<String, Float> listed(Prediction prediction, @Nullable Integer top) {
    Map<String, Float> listed = new LinkedHashMap<>();
    Stream<Map.Entry<String, Double>> all = prediction.probabilities().entrySet().stream();
    if (top != null) {
      all = all.sorted(Map.Entry.<String, Double>comparingByValue().reversed()).limit(top);
    }
    all.forEach(one -> listed.put(one.getKey(), one.getValue().floatValue()));
    return listed;
  }

  @Override
  public List<String> columns(int top) {
    List<String> columns = new ArrayList<>(List.of("label", "probability"));
    for (int k = 2; k <= top; k++) {
      columns.addAll(List.of("label_" + k, "probability_" + k));
    }
    return columns;
  }

  @Override
  public List<@Nullable Object> cells(Prediction prediction, int top) {
    List<@Nullable Object> cells = new ArrayList<>();
    listed(prediction, top)
        .forEach(
            (label, probability) -> {
              cells.add(label);
              cells.add(probability);
            });
    return cells;
  }
}
