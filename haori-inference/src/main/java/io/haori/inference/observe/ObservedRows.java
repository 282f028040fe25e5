package io.haori.inference.observe;

import io.haori.analysis.drift.DriftProfile;
import io.haori.analysis.drift.ObservedRow;
import io.haori.inference.model.Positions;
import io.haori.inference.model.TextPass;
import io.haori.inference.model.TextVectors;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TextCoverage;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Rows that were answered, in the terms in which drift is measured. */
public final class ObservedRows {
  private ObservedRows() {}

  /**
   * Rows that were answered.
   *
   * @param positions where the heads read them
   * @param vectors {@code [positions][width]} what the heads read
   * @param predictions one a row
   */
  public static List<ObservedRow> of(
      Positions positions, float[][] vectors, List<Prediction> predictions) {
    List<ObservedRow> rows = new ArrayList<>(predictions.size());
    int next = 0;
    for (int row = 0; row < predictions.size(); row++) {
      int count = positions.count(row);
      Prediction prediction = predictions.get(row);
      TextCoverage coverage = positions.rows().select(row).coverage();
      rows.add(
          new ObservedRow(
              prediction.labels().stream().filter(label -> !label.isEmpty()).toList(),
              prediction.value(),
              confidence(prediction),
              mean(vectors, next, count),
              (int) coverage.tokens(),
              (int) coverage.unknownTokens()));
      next += count;
    }
    return rows;
  }

  /** Of labels and tags the mean of those that are answered. */
  private static double confidence(Prediction prediction) {
    return Double.isNaN(prediction.probability())
        ? prediction.labelProbabilities().stream()
            .mapToDouble(Double::doubleValue)
            .filter(Double::isFinite)
            .average()
            .orElse(Double.NaN)
        : prediction.probability();
  }

  private static float[] mean(float[][] vectors, int first, int count) {
    if (count == 1) {
      return vectors[first];
    }
    if (vectors.length == 0) {
      return new float[0];
    }
    float[] mean = new float[vectors[0].length];
    for (int i = first; i < first + count; i++) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += vectors[i][j] / count;
      }
    }
    return mean;
  }

  /**
   * Has a pass answer rows.
   *
   * @param pass stays open
   * @param rows the texts; labels are not looked at
   */
  public static List<ObservedRow> of(TextPass pass, List<Row> rows) {
    TokenizedRows tokens = pass.tokenize(rows);
    int[] headOfRow = pass.headsOf(rows);
    try (Scope scope = Scope.open()) {
      Positions positions = pass.positions(tokens);
      Tensor states = pass.states(positions);
      List<Prediction> predictions =
          pass.predictions(headOfRow, pass.numbers(positions, states, headOfRow));
      return of(positions, TextVectors.arrays(states), predictions);
    }
  }

  /**
   * The profile of a version's evaluation.
   *
   * @param pass of the version as it is served
   * @param rows of the evaluation; of many, some are taken
   * @param seed of what is drawn
   * @return nothing for too few rows
   */
  public static Optional<DriftProfile> profile(TextPass pass, List<Row> rows, long seed) {
    if (rows.size() < DriftProfile.LEAST_ROWS) {
      return Optional.empty();
    }
    List<Row> some = new ArrayList<>(rows);
    Collections.shuffle(some, new Random(seed));
    List<Row> used = some.subList(0, Math.min(some.size(), DriftProfile.MOST_ROWS));
    return Optional.of(DriftProfile.of(of(pass, used), seed));
  }
}
