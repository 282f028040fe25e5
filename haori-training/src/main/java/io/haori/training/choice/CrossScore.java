package io.haori.training.choice;

import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.WilsonInterval;
import io.haori.training.task.answer.Predictions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a way got on rows that were held out, over the folds that it took part in. Filled fold by
 * fold.
 */
public final class CrossScore {
  private final Candidate candidate;
  private final List<Answer> answers = new ArrayList<>();
  private final List<Boolean> rights = new ArrayList<>();
  private final List<Double> losses = new ArrayList<>();
  private int rows;
  private int right;
  private double lossSum;
  private double seconds;
  private int fits;

  /**
   * What was answered to a row while it was held out.
   *
   * @param row of the data
   * @param probabilities {@code [classes]} of its head
   * @param distance from the rows that the model was trained on; NaN where there are several heads
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  record Answer(int row, double[] probabilities, double distance) {}

  CrossScore(Candidate candidate) {
    this.candidate = candidate;
  }

  void add(int[] heldOut, Predictions predictions, double[] away, double spent) {
    boolean[] isRight = predictions.right();
    double[] loss = predictions.losses();
    for (int i = 0; i < heldOut.length; i++) {
      right += isRight[i] ? 1 : 0;
      rights.add(isRight[i]);
      losses.add(loss[i]);
      lossSum += loss[i];
      double distance = away.length == 0 ? Double.NaN : away[i];
      answers.add(new Answer(heldOut[i], predictions.rows().answers()[i], distance));
    }
    rows += heldOut.length;
    seconds += spent;
    fits++;
  }

  /** The way. */
  public Candidate candidate() {
    return candidate;
  }

  /** Rows that were held out and answered, repeats counted. */
  public int rows() {
    return rows;
  }

  /** Folds in which it was fitted. */
  public int fits() {
    return fits;
  }

  /** Share of the held-out rows that were answered right; NaN before the first fold. */
  public double accuracy() {
    return (double) right / rows;
  }

  /** Mean of {@code −log p} of the right class, in nats; NaN before the first fold. */
  public double logLoss() {
    return lossSum / rows;
  }

  /** Time that its fits took. */
  public double seconds() {
    return seconds;
  }

  /**
   * The accuracy with its 95 % interval, as if each row were answered once.
   *
   * @param different rows of the data that were held out at all
   */
  public Interval interval(int different) {
    int count = Math.min(rows, different);
    return WilsonInterval.of((int) Math.round(accuracy() * count), count);
  }

  /** Every answer to a held-out row, in the order of the folds; a row may have several. */
  List<Answer> answers() {
    return Collections.unmodifiableList(answers);
  }

  /**
   * By how many standard errors it has more rows right than another way on the same rows: {@code (b
   * − c) / √(b + c)} for {@code b} rows that it alone answers right and {@code c} that the other
   * alone does (McNemar 1947), each row counted once however often it was held out.
   *
   * @param other of as many fits
   * @param different rows of the data that were held out at all
   */
  double standardErrorsAhead(CrossScore other, int different) {
    int ours = 0;
    int theirs = 0;
    for (int i = 0; i < rights.size(); i++) {
      ours += rights.get(i) && !other.rights.get(i) ? 1 : 0;
      theirs += !rights.get(i) && other.rights.get(i) ? 1 : 0;
    }
    double once = (double) different / rows;
    return ours + theirs == 0 ? 0 : once * (ours - theirs) / Math.sqrt(once * (ours + theirs));
  }

  /**
   * By how many standard errors its loss is larger than that of another way on the same rows: the
   * mean of the rows' differences over its standard error.
   *
   * @param other of as many fits
   * @return 0 where no row differs
   */
  double standardErrorsOfLossBehind(CrossScore other) {
    int n = losses.size();
    double mean = (lossSum - other.lossSum) / n;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double off = losses.get(i) - other.losses.get(i) - mean;
      squares += off * off;
    }
    return mean == 0 ? 0 : mean / Math.sqrt(squares / (n - 1) / n);
  }

  /** Whether it is to be preferred: more rows right, else the smaller loss. */
  boolean beats(CrossScore other) {
    int byAccuracy = Double.compare(accuracy(), other.accuracy());
    return byAccuracy > 0 || (byAccuracy == 0 && logLoss() < other.logLoss());
  }
}
