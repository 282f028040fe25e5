package io.haori.inference.task.tagging;

import io.haori.inference.task.spi.AnswerFormat;
import io.haori.inference.task.spi.Prediction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One tag a word with its probability in F32; null for a word that was cut. */
enum TagsFormat implements AnswerFormat<Prediction> {
  /** The only one. */
  INSTANCE;

  @Override
  public List<String> fields() {
    return List.of("tags", "probabilities");
  }

  @Override
  public Map<String, @Nullable Object> json(
      @Nullable Prediction prediction, @Nullable Integer top) {
    List<@Nullable Object> tags = new ArrayList<>();
    List<@Nullable Object> probabilities = new ArrayList<>();
    if (prediction != null) {
      prediction.labels().forEach(tag -> tags.add(tag.isEmpty() ? null : tag));
      prediction
          .labelProbabilities()
          .forEach(one -> probabilities.add(one.isNaN() ? null : (Object) one.floatValue()));
    }
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("tags", prediction == null ? null : tags);
    json.put("probabilities", probabilities);
    return json;
  }

  @Override
  public List<String> columns(int top) {
    return List.of("tags");
  }

  /** The tags with blanks between them, as a table is read; {@code -} for a word that was cut. */
  @Override
  public List<@Nullable Object> cells(Prediction prediction, int top) {
    return List.of(
        prediction.labels().stream()
            .map(tag -> tag.isEmpty() ? "-" : tag)
            .collect(Collectors.joining(" ")));
  }
}
