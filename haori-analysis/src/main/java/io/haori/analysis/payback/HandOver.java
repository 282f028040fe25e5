package io.haori.analysis.payback;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Which texts a model hands to a person: those whose answer it is less sure of than a threshold
 * that makes a text cheapest on average (Chow 1970, "On optimum recognition error and reject
 * tradeoff").
 *
 * <pre>{@code
 * by the model:  wrong ? price : −worth
 * by a person:   cost + (1 − share right) price − share right · worth
 * }</pre>
 *
 * @param threshold answers of this confidence or more are the model's; above 1 where all are handed
 *     over
 * @param toPerson {@code [n]} whether each row is handed over by a threshold that the other rows
 *     chose, so that the row itself had no part in it
 */
@SuppressWarnings("ArrayRecordComponent") // Read, never compared.
public record HandOver(double threshold, boolean[] toPerson) {
  private static final int PARTS = 5;
  private static final double ALL = Math.nextUp(1.0);

  /**
   * Chooses it at the most likely prices.
   *
   * @param answers to rows that the model has not seen
   * @param costs of answers and of people
   */
  public static HandOver of(HeldOutAnswers answers, Costs costs) {
    int rows = answers.rows();
    double[] saved = new double[rows];
    for (int row = 0; row < rows; row++) {
      saved[row] = byPerson(answers, costs, row) - byModel(answers, costs, row);
    }
    boolean[] toPerson = new boolean[rows];
    int[] parts = parts(rows);
    for (int part = 0; part < PARTS; part++) {
      int own = part;
      int[] others = IntStream.range(0, rows).filter(row -> parts[row] != own).toArray();
      double threshold = threshold(answers.confidences(), saved, others);
      for (int row = 0; row < rows; row++) {
        if (parts[row] == part) {
          toPerson[row] = answers.confidences()[row] < threshold;
        }
      }
    }
    int[] all = IntStream.range(0, rows).toArray();
    return new HandOver(threshold(answers.confidences(), saved, all), toPerson);
  }

  /** Parts of like size, whatever order the rows are in. */
  private static int[] parts(int rows) {
    List<Integer> parts = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      parts.add(row % PARTS);
    }
    Collections.shuffle(parts, new Random(rows));
    return parts.stream().mapToInt(Integer::intValue).toArray();
  }

  private static double byModel(HeldOutAnswers answers, Costs costs, int row) {
    return answers.isRight(row)
        ? -costs.right().likely()
        : costs.wrong(answers.label(row)).likely();
  }

  private static double byPerson(HeldOutAnswers answers, Costs costs, int row) {
    double right = costs.person().right().likely();
    return costs.person().cost().likely()
        + (1 - right) * costs.wrong(answers.label(row)).likely()
        - right * costs.right().likely();
  }

  /** The threshold above which most is saved; the lower one where two save alike. */
  private static double threshold(double[] confidences, double[] saved, int[] rows) {
    int[] order =
        Arrays.stream(rows)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> -confidences[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    double best = 0;
    double sum = 0;
    double threshold = ALL;
    for (int i = 0; i < order.length; i++) {
      sum += saved[order[i]];
      boolean last = i + 1 == order.length;
      // Rows of one confidence are on one side.
      boolean ends = last || confidences[order[i + 1]] < confidences[order[i]];
      if (ends && sum >= best) {
        best = sum;
        threshold = last ? 0 : confidences[order[i]];
      }
    }
    return threshold;
  }

  /** Share of the rows that are handed over. */
  public double share() {
    int count = 0;
    for (boolean one : toPerson) {
      count += one ? 1 : 0;
    }
    return (double) count / toPerson.length;
  }
}
