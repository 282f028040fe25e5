package io.haori.training.probe;

import static io.haori.core.check.Check.require;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A logistic regression whose weight {@code C} was chosen by stratified cross-validation: the one
 * of the least log loss, which varies less than the accuracy where rows are few.
 *
 * @param model fitted to all rows with the chosen weight
 * @param c the chosen weight; 0 where the model of other rows was taken as it is
 * @param accuracy of the chosen weight on the rows that were held out, in [0, 1]; NaN when no class
 *     has two rows, so that nothing could be held out
 * @param logLoss mean of {@code −log p} on the same rows
 */
public record ProbeChoice(LogisticRegression model, double c, double accuracy, double logLoss) {
  private static final int FOLDS = 5;

  /** The weights that are tried on vectors of length 1, from the smoothest to the closest fit. */
  private static final double[] WEIGHTS = {1, 10, 100, 1_000};

  /** A model of other rows is taken as it is. */
  private static final double AS_IT_IS = 0;

  /** The weights that are tried near a model of other rows, from that model to the closest fit. */
  private static final double[] NEAR = {AS_IT_IS, 0.03, 0.3, 3, 30};

  /** Where nothing can be held out: a plain fit that does not follow single rows. */
  private static final double WITHOUT_CHOICE = 10;

  /**
   * Fits one to rows of which none belong together.
   *
   * @param rows {@code [n][width]}, at least one
   * @param classes {@code [n]} in [0, count)
   * @param count number of classes, at least 2
   * @param seed decides which rows are held out together
   */
  public static ProbeChoice fit(double[][] rows, int[] classes, int count, long seed) {
    return fit(rows, classes, IntStream.range(0, rows.length).toArray(), count, seed);
  }

  /**
   * Fits one.
   *
   * @param rows {@code [n][width]}, at least one
   * @param classes {@code [n]} in [0, count)
   * @param groups {@code [n]} any numbers; rows of one number are held out together
   * @param count number of classes, at least 2
   * @param seed decides which groups are held out together
   */
  public static ProbeChoice fit(
      double[][] rows, int[] classes, int[] groups, int count, long seed) {
    return choose(
        rows, classes, groups, count, seed, WEIGHTS, WITHOUT_CHOICE, c -> new Way(null, c));
  }

  /**
   * Fits one near a model of other rows, of which none belong together.
   *
   * @param prior of the same classes, on vectors of the same length
   * @param rows {@code [n][width]}, at least one
   * @param classes {@code [n]} in [0, classes of the prior)
   * @param seed decides which rows are held out together
   */
  public static ProbeChoice near(
      LogisticRegression prior, double[][] rows, int[] classes, long seed) {
    return near(prior, rows, classes, IntStream.range(0, rows.length).toArray(), seed);
  }

  /**
   * Fits one near a model of other rows: as it is, or moved towards these rows as far as
   * cross-validation gains.
   *
   * @param prior of the same classes, on vectors of the same length
   * @param rows {@code [n][width]}, at least one
   * @param classes {@code [n]} in [0, classes of the prior)
   * @param groups {@code [n]} any numbers; rows of one number are held out together
   * @param seed decides which groups are held out together
   */
  public static ProbeChoice near(
      LogisticRegression prior, double[][] rows, int[] classes, int[] groups, long seed) {
    int count = prior.intercepts().length;
    return choose(rows, classes, groups, count, seed, NEAR, AS_IT_IS, c -> new Way(prior, c));
  }

  /** What is fitted: from nothing, or near another; with the weight 0 that one as it is. */
  private record Way(@Nullable LogisticRegression prior, double c) {
    LogisticRegression fit(double[][] rows, int[] classes, int count) {
      if (prior == null) {
        return LogisticRegression.fit(rows, classes, count, c);
      }
      return c == AS_IT_IS ? prior : prior.refit(rows, classes, c);
    }
  }

  private static ProbeChoice choose(
      double[][] rows,
      int[] classes,
      int[] groups,
      int count,
      long seed,
      double[] weights,
      double withoutChoice,
      DoubleFunction<Way> way) {
    require(rows.length == classes.length, "classes of a probe", "one a row", classes.length);
    require(rows.length == groups.length, "groups of a probe", "one a row", groups.length);
    int[] foldOf = folds(classes, groups, count, seed);
    double bestC = withoutChoice;
    double bestAccuracy = Double.NaN;
    double bestLoss = Double.NaN;
    boolean any = false;
    for (int fold : foldOf) {
      any |= fold >= 0;
    }
    for (double c : any ? weights : new double[0]) {
      double[] scores = heldOut(rows, classes, count, foldOf, way.apply(c));
      if (Double.isNaN(bestLoss) || scores[1] < bestLoss) {
        bestC = c;
        bestAccuracy = scores[0];
        bestLoss = scores[1];
      }
    }
    return new ProbeChoice(
        way.apply(bestC).fit(rows, classes, count), bestC, bestAccuracy, bestLoss);
  }

  /**
   * The fold of each row, that of its group's first row; −1 for rows that are never held out, the
   * only group that begins in a class.
   */
  private static int[] folds(int[] classes, int[] groups, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<Integer, Integer> firsts = new HashMap<>();
    for (int row = 0; row < groups.length; row++) {
      firsts.putIfAbsent(groups[row], row);
    }
    int[] folds = new int[classes.length];
    int next = 0;
    for (int k = 0; k < count; k++) {
      List<Integer> ours = new ArrayList<>();
      for (int row = 0; row < classes.length; row++) {
        if (classes[row] == k && firsts.getOrDefault(groups[row], row) == row) {
          ours.add(row);
        }
      }
      for (int i = ours.size() - 1; i > 0; i--) {
        Collections.swap(ours, i, random.nextInt(i + 1));
      }
      for (int row : ours) {
        folds[row] = ours.size() < 2 ? -1 : next++ % FOLDS;
      }
    }
    for (int row = 0; row < folds.length; row++) {
      folds[row] = folds[firsts.getOrDefault(groups[row], row)];
    }
    return folds;
  }

  /** Accuracy and mean log loss. */
  private static double[] heldOut(
      double[][] rows, int[] classes, int count, int[] foldOf, Way way) {
    int right = 0;
    int all = 0;
    double loss = 0;
    for (int fold = 0; fold < FOLDS; fold++) {
      List<Integer> in = new ArrayList<>();
      List<Integer> out = new ArrayList<>();
      for (int row = 0; row < rows.length; row++) {
        (foldOf[row] == fold ? out : in).add(row);
      }
      if (in.isEmpty() || out.isEmpty()) {
        continue;
      }
      LogisticRegression model =
          way.fit(
              in.stream().map(row -> rows[row]).toArray(double[][]::new),
              in.stream().mapToInt(row -> classes[row]).toArray(),
              count);
      for (int row : out) {
        right += model.answer(rows[row]) == classes[row] ? 1 : 0;
        loss -= Math.log(Math.max(1e-12, model.probabilities(rows[row])[classes[row]]));
        all++;
      }
    }
    return new double[] {(double) right / all, loss / all};
  }
}
