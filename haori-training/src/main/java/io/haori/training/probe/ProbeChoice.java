package io.haori.training.probe;

import static io.haori.core.check.Check.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

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

  /** More held-out rows would hardly change which weight is chosen. */
  private static final int ENOUGH_HELD_OUT = 500;

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
    LogisticRegression nothing = LogisticRegression.none(count, rows[0].length);
    return choose(nothing, rows, classes, groups, seed, WEIGHTS, WITHOUT_CHOICE);
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
    return choose(prior, rows, classes, groups, seed, NEAR, AS_IT_IS);
  }

  private static ProbeChoice choose(
      LogisticRegression prior,
      double[][] rows,
      int[] classes,
      int[] groups,
      long seed,
      double[] weights,
      double withoutChoice) {
    require(rows.length == classes.length, "classes of a probe", "one a row", classes.length);
    require(rows.length == groups.length, "groups of a probe", "one a row", groups.length);
    if (rows.length < rows[0].length) {
      PrincipalRows principal = PrincipalRows.of(rows);
      ProbeChoice choice =
          choose(
              principal.inside(prior),
              principal.coordinates(),
              classes,
              groups,
              seed,
              weights,
              withoutChoice);
      LogisticRegression model =
          choice.c == AS_IT_IS ? prior : principal.outside(choice.model, prior);
      return new ProbeChoice(model, choice.c, choice.accuracy, choice.logLoss);
    }
    int[] foldOf = folds(classes, groups, prior.intercepts().length, seed);
    double bestC = withoutChoice;
    HeldOut best = new HeldOut();
    if (IntStream.of(foldOf).anyMatch(fold -> fold >= 0)) {
      HeldOut[] scores = heldOut(prior, rows, classes, foldOf, weights);
      for (int i = 0; i < weights.length; i++) {
        if (Double.isNaN(best.logLoss()) || scores[i].logLoss() < best.logLoss()) {
          bestC = weights[i];
          best = scores[i];
        }
      }
    }
    LogisticRegression model = fit(prior, rows, classes, bestC, prior);
    return new ProbeChoice(model, bestC, best.accuracy(), best.logLoss());
  }

  private static LogisticRegression fit(
      LogisticRegression prior,
      double[][] rows,
      int[] classes,
      double c,
      LogisticRegression first) {
    return c == AS_IT_IS ? prior : prior.refit(rows, classes, c, first);
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

  /**
   * Each weight's answers on rows that were held out: all of them, or those of as many folds as
   * give enough.
   */
  private static HeldOut[] heldOut(
      LogisticRegression prior, double[][] rows, int[] classes, int[] foldOf, double[] weights) {
    HeldOut[] scores = new HeldOut[weights.length];
    Arrays.setAll(scores, i -> new HeldOut());
    int answered = 0;
    for (int fold = 0; fold < FOLDS && answered < ENOUGH_HELD_OUT; fold++) {
      int now = fold;
      int[] in = IntStream.range(0, rows.length).filter(row -> foldOf[row] != now).toArray();
      int[] out = IntStream.range(0, rows.length).filter(row -> foldOf[row] == now).toArray();
      if (in.length == 0 || out.length == 0) {
        continue;
      }
      double[][] learnt = IntStream.of(in).mapToObj(row -> rows[row]).toArray(double[][]::new);
      int[] learntClasses = IntStream.of(in).map(row -> classes[row]).toArray();
      LogisticRegression model = prior;
      for (int i = 0; i < weights.length; i++) {
        model = fit(prior, learnt, learntClasses, weights[i], model);
        for (int row : out) {
          scores[i].add(model.probabilities(rows[row]), classes[row]);
        }
      }
      answered += out.length;
    }
    return scores;
  }

  /** How one weight's models answered rows that they were not fitted to. */
  private static final class HeldOut {
    private int right;
    private int all;
    private double loss;

    void add(double[] probabilities, int wanted) {
      right += LogisticRegression.greatest(probabilities) == wanted ? 1 : 0;
      loss -= Math.log(Math.max(1e-12, probabilities[wanted]));
      all++;
    }

    double accuracy() {
      return (double) right / all;
    }

    double logLoss() {
      return loss / all;
    }
  }
}
