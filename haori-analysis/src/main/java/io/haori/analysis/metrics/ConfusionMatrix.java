package io.haori.analysis.metrics;

/**
 * How often each class was taken for each class, and the scores that follow from these counts. Rows
 * are the truth, columns the prediction; {@code n} is the number of rows of data, {@code t[k]} how
 * many of them are of class {@code k}, {@code p[k]} how many were predicted as {@code k}, {@code
 * c[k]} how many are both.
 */
public final class ConfusionMatrix {
  private final long[][] counts;
  private final long[] truths;
  private final long[] predictions;
  private final long total;
  private final long correct;

  private ConfusionMatrix(long[][] counts) {
    this.counts = counts;
    truths = new long[counts.length];
    predictions = new long[counts.length];
    long all = 0;
    long hits = 0;
    for (int t = 0; t < counts.length; t++) {
      for (int p = 0; p < counts.length; p++) {
        truths[t] += counts[t][p];
        predictions[p] += counts[t][p];
        all += counts[t][p];
      }
      hits += counts[t][t];
    }
    total = all;
    correct = hits;
  }

  /**
   * Counts predictions.
   *
   * @param truth {@code [n]} class of each row, in [0, classes); at least one row
   * @param predicted {@code [n]} predicted class of each row, in [0, classes)
   * @param classes how many classes there are
   * @return the counts
   */
  public static ConfusionMatrix of(int[] truth, int[] predicted, int classes) {
    Vectors.requireSameRows(truth.length, predicted.length);
    var counts = new long[classes][classes];
    for (int row = 0; row < truth.length; row++) {
      counts[requireClass("truth", truth, row, classes)][
          requireClass("predicted", predicted, row, classes)]++;
    }
    return new ConfusionMatrix(counts);
  }

  private static int requireClass(String name, int[] values, int row, int classes) {
    if (values[row] < 0 || values[row] >= classes) {
      throw new IllegalArgumentException(
          name + "[" + row + "] must be in [0, " + classes + "), got " + values[row]);
    }
    return values[row];
  }

  /**
   * How many classes there are.
   *
   * @return the width of the matrix
   */
  public int classes() {
    return counts.length;
  }

  /**
   * How many rows of class {@code truth} were predicted as {@code predicted}.
   *
   * @param truth a class
   * @param predicted a class
   * @return a count
   */
  public long count(int truth, int predicted) {
    return counts[truth][predicted];
  }

  /**
   * The counts as a table, for a file or a picture.
   *
   * @return {@code [classes][classes]} truth by prediction; a copy
   */
  public long[][] toArray() {
    var copy = new long[counts.length][];
    for (int i = 0; i < counts.length; i++) {
      copy[i] = counts[i].clone();
    }
    return copy;
  }

  /**
   * The share of rows whose class was predicted: {@code Σ c[k] / n}.
   *
   * @return in [0, 1]
   */
  public double accuracy() {
    return (double) correct / total;
  }

  /**
   * The harmonic mean of precision and recall of one class: {@code 2 c[k] / (t[k] + p[k])} (van
   * Rijsbergen 1979). A class that occurs and is never predicted, or is predicted and never occurs,
   * has 0; so has one that does neither.
   *
   * @param label a class
   * @return in [0, 1]
   */
  public double f1(int label) {
    long both = truths[label] + predictions[label];
    return both == 0 ? 0 : 2.0 * counts[label][label] / both;
  }

  /**
   * The plain mean of {@link #f1} over the classes that occur in the truth or in the predictions
   * (Sokolova and Lapalme 2009). Classes that do neither are left out, because nothing is known of
   * them; this is what scikit-learn does.
   *
   * @return in [0, 1]
   */
  public double macroF1() {
    double sum = 0;
    int seen = 0;
    for (int k = 0; k < counts.length; k++) {
      if (truths[k] + predictions[k] > 0) {
        sum += f1(k);
        seen++;
      }
    }
    return sum / seen;
  }

  /**
   * F1 of all decisions pooled: {@code 2 Σ c[k] / Σ (t[k] + p[k])}. As every row has exactly one
   * class and one prediction, it equals {@link #accuracy}; it is reported because papers do.
   *
   * @return in [0, 1]
   */
  public double microF1() {
    return 2.0 * correct / (total + total);
  }

  /**
   * Matthews correlation for any number of classes (Gorodkin 2004, "Comparing two K-category
   * assignments by a K-category correlation coefficient"): {@code (n Σ c[k] − Σ t[k] p[k]) /
   * sqrt((n² − Σ p[k]²) (n² − Σ t[k]²))}. It is 0 when all rows are of one class or were predicted
   * as one class, as constant predictions know nothing.
   *
   * @return in [−1, 1]
   */
  public double matthews() {
    double n = total;
    double products = 0;
    double truthSquares = 0;
    double predictionSquares = 0;
    for (int k = 0; k < counts.length; k++) {
      products += (double) truths[k] * predictions[k];
      truthSquares += (double) truths[k] * truths[k];
      predictionSquares += (double) predictions[k] * predictions[k];
    }
    double truthSpread = n * n - truthSquares;
    double predictionSpread = n * n - predictionSquares;
    if (truthSpread == 0 || predictionSpread == 0) {
      return 0;
    }
    return Vectors.clampToUnit(
        (n * correct - products) / (Math.sqrt(truthSpread) * Math.sqrt(predictionSpread)));
  }
}
