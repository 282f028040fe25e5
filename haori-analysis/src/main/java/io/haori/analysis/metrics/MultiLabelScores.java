package io.haori.analysis.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Scores of rows that each have any number of labels, as scikit-learn's {@code f1_score} and {@code
 * accuracy_score} count indicator matrices.
 *
 * @param microF1 F1 of all decisions pooled: {@code 2 Σ right / Σ (answered + occurring)}
 * @param macroF1 plain mean of the labels' F1; a label that neither occurs nor is answered has 0
 * @param precision of all decisions pooled
 * @param recall of all decisions pooled
 * @param exactMatch share of the rows whose labels are all right and none is missing
 * @param byClass one a label
 */
public record MultiLabelScores(
    double microF1,
    double macroF1,
    double precision,
    double recall,
    double exactMatch,
    List<ClassScore> byClass)
    implements Scores {
  /** Copies the list. */
  public MultiLabelScores {
    byClass = List.copyOf(byClass);
  }

  /**
   * Counts.
   *
   * @param names of the labels
   * @param truth {@code [rows][labels]}
   * @param answered {@code [rows][labels]}
   */
  public static MultiLabelScores of(List<String> names, boolean[][] truth, boolean[][] answered) {
    long[] right = new long[names.size()];
    long[] answers = new long[names.size()];
    long[] occurrences = new long[names.size()];
    long exact = 0;
    for (int row = 0; row < truth.length; row++) {
      exact += Arrays.equals(truth[row], answered[row]) ? 1 : 0;
      for (int k = 0; k < right.length; k++) {
        right[k] += truth[row][k] && answered[row][k] ? 1 : 0;
        answers[k] += answered[row][k] ? 1 : 0;
        occurrences[k] += truth[row][k] ? 1 : 0;
      }
    }
    List<ClassScore> byClass = new ArrayList<>();
    for (int k = 0; k < right.length; k++) {
      byClass.add(ClassScore.of(names.get(k), right[k], answers[k], occurrences[k]));
    }
    ClassScore all =
        ClassScore.of(
            "",
            Arrays.stream(right).sum(),
            Arrays.stream(answers).sum(),
            Arrays.stream(occurrences).sum());
    return new MultiLabelScores(
        all.f1(),
        byClass.stream().mapToDouble(ClassScore::f1).average().orElse(0),
        all.precision(),
        all.recall(),
        truth.length == 0 ? 0 : (double) exact / truth.length,
        byClass);
  }

  @Override
  public Map<String, Double> byName() {
    Map<String, Double> scores = new LinkedHashMap<>();
    scores.put("microF1", microF1);
    scores.put("macroF1", macroF1);
    scores.put("precision", precision);
    scores.put("recall", recall);
    scores.put("exactMatch", exactMatch);
    return Collections.unmodifiableMap(scores);
  }

  @Override
  public double primary() {
    return microF1;
  }
}
