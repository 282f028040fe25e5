package io.haori.inference.calibration;

import io.haori.inference.task.spi.AnswerFormat;
import io.haori.inference.task.spi.Prediction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How answers by a rule are written: as those without, and {@code unsure}, {@code unknown} and
 * {@code set} where they were asked.
 *
 * @param rule what was asked
 * @param classes how the classes are written
 */
public record CalibratedFormat(AnswerRule rule, AnswerFormat<Prediction> classes)
    implements AnswerFormat<CalibratedAnswer> {
  private static final String LABEL = "label";
  private static final String UNSURE = "unsure";
  private static final String UNKNOWN = "unknown";
  private static final String SET = "set";

  /** Between the classes of a set in one cell. */
  private static final String BETWEEN = "; ";

  private List<String> asked() {
    List<String> asked = new ArrayList<>();
    if (rule.threshold() != null) {
      asked.add(UNSURE);
    }
    if (rule.unknown() != null) {
      asked.add(UNKNOWN);
    }
    if (rule.coverage() != null) {
      asked.add(SET);
    }
    return asked;
  }

  private static @Nullable Object part(CalibratedAnswer answer, String name) {
    return switch (name) {
      case UNSURE -> answer.unsure();
      case UNKNOWN -> answer.unknown();
      default -> answer.set();
    };
  }

  @Override
  public List<String> fields() {
    List<String> fields = new ArrayList<>(classes.fields());
    fields.addAll(asked());
    return fields;
  }

  @Override
  public Map<String, @Nullable Object> json(
      @Nullable CalibratedAnswer answer, @Nullable Integer top) {
    Map<String, @Nullable Object> json =
        new LinkedHashMap<>(classes.json(answer == null ? null : answer.prediction(), top));
    if (answer != null) {
      json.put(LABEL, answer.label());
    }
    asked().forEach(name -> json.put(name, answer == null ? null : part(answer, name)));
    return json;
  }

  @Override
  public List<String> columns(int top) {
    List<String> columns = new ArrayList<>(classes.columns(top));
    columns.addAll(asked());
    return columns;
  }

  @Override
  public List<@Nullable Object> cells(CalibratedAnswer answer, int top) {
    List<@Nullable Object> cells = new ArrayList<>(classes.cells(answer.prediction(), top));
    cells.set(0, answer.label());
    while (cells.size() < classes.columns(top).size()) {
      cells.add(null);
    }
    for (String name : asked()) {
      Object part = part(answer, name);
      cells.add(
          name.equals(SET) && answer.set() != null ? String.join(BETWEEN, answer.set()) : part);
    }
    return cells;
  }
}
