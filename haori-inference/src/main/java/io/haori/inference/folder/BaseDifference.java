package io.haori.inference.folder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.tensor.quant.BasePrecision;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What an adapter's answers are on a base that is kept in another way than the one that it was
 * trained on, measured on labelled rows.
 *
 * @param precision how the other base is kept
 * @param rows how many were answered on both
 * @param score name of the task's main score
 * @param trained the score on the base of the training
 * @param other the score on the other base
 * @param changed share of the rows whose answer is another; NaN for numbers, which differ always
 * @param logits mean absolute difference of the scores before they become probabilities
 */
public record BaseDifference(
    BasePrecision precision,
    int rows,
    String score,
    double trained,
    double other,
    double changed,
    double logits) {
  private static final String PRECISION = "precision";
  private static final String ROWS = "rows";
  private static final String SCORE = "score";
  private static final String TRAINED = "trained";
  private static final String OTHER = "other";
  private static final String CHANGED = "changed";
  private static final String LOGITS = "logits";

  /** In words: {@code on 400 rows accuracy is 0.928 instead of 0.932, …}. */
  public String words() {
    String answers =
        Double.isNaN(changed)
            ? ""
            : String.format(Locale.ROOT, ", %.1f %% of the answers are others", 100 * changed);
    return String.format(
        Locale.ROOT,
        "on %,d rows %s is %.3f instead of %.3f%s, logits are %.3f apart on average",
        rows,
        score,
        other,
        trained,
        answers,
        logits);
  }

  /** Writes it where {@link #read} reads it. */
  public void write(ObjectNode json) {
    json.put(PRECISION, precision.id());
    json.put(ROWS, rows);
    json.put(SCORE, score);
    json.put(TRAINED, trained);
    json.put(OTHER, other);
    if (!Double.isNaN(changed)) {
      json.put(CHANGED, changed);
    }
    json.put(LOGITS, logits);
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param file for messages
   * @param json the object
   */
  static BaseDifference read(Path file, JsonNode json) {
    String id = json.path(PRECISION).asText();
    boolean whole =
        json.path(ROWS).isInt()
            && json.path(SCORE).isTextual()
            && Stream.of(TRAINED, OTHER, LOGITS).allMatch(key -> json.path(key).isNumber());
    if (!whole || BasePrecision.parse(id).isEmpty()) {
      throw Check.in(
          file,
          "differences must each have a precision, rows, a score and the numbers trained, other and"
              + " logits, got "
              + json);
    }
    return new BaseDifference(
        BasePrecision.parse(id).orElseThrow(),
        json.path(ROWS).intValue(),
        json.path(SCORE).textValue(),
        json.path(TRAINED).doubleValue(),
        json.path(OTHER).doubleValue(),
        json.path(CHANGED).asDouble(Double.NaN),
        json.path(LOGITS).doubleValue());
  }
}
