package io.haori.training.choice;

import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextEmbedder;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.model.backbone.Adaptation;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.training.data.Dataset;
import io.haori.training.data.group.RowGroups;
import io.haori.training.probe.LogisticRegression;
import io.haori.training.probe.ProbeChoice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * What more labels would give, roughly: the accuracy of a probe on the frozen base's vectors that
 * learns from a quarter, from half and from all of the rows, each time on rows that were held out,
 * and where a power law through these points leads (Rosenfeld et al. 2020, arXiv 1909.12673).
 *
 * <pre>{@code
 * log(1 − accuracy) = log a − b log rows, by least squares; b is taken as at least 0
 * }</pre>
 *
 * @param points from few rows to all
 * @param withTwice the accuracy to be expected with twice as many rows
 */
public record LabelCurve(List<Point> points, double withTwice) {
  private static final int FOLDS = 5;
  private static final int[] PARTS = {4, 2, 1};

  /** An error is taken as at least this many rows of all that were held out. */
  private static final double LEAST_ERRORS = 0.5;

  /**
   * One point.
   *
   * @param rows that were learnt from
   * @param accuracy on the held-out rows, in [0, 1]
   */
  public record Point(int rows, double accuracy) {}

  /** Copies the points. */
  public LabelCurve {
    points = List.copyOf(points);
  }

  /**
   * Measures it.
   *
   * @param base stays open
   * @param text how texts are read
   * @param data its training rows are used, all of one class each and of one domain
   * @param seed decides which rows are together
   */
  public static LabelCurve of(TextBase base, TextOptions text, Dataset data, long seed) {
    List<Row> rows = data.train().rows();
    float[][] read = new TextEmbedder(base, Adaptation.NONE, text, true).vectors(rows);
    double[][] vectors =
        Arrays.stream(read)
            .map(row -> IntStream.range(0, row.length).mapToDouble(i -> row[i]).toArray())
            .toArray(double[][]::new);
    int[] classes = Targets.of(rows, data.labels()).classes();
    return of(rows, vectors, classes, data.labels().outputs(0), seed);
  }

  static LabelCurve of(List<Row> rows, double[][] vectors, int[] classes, int count, long seed) {
    int[] groups = RowGroups.of(rows).ofRows();
    double c = ProbeChoice.fit(vectors, classes, groups, count, seed).c();
    List<int[]> folds = Folds.of(rows, FOLDS, Seeds.of(seed, Purpose.PARTS, 0));
    int heldOut = folds.stream().mapToInt(fold -> fold.length).sum();
    List<Point> points = new ArrayList<>();
    for (int part : PARTS) {
      int right = 0;
      int learnt = 0;
      for (int[] fold : folds) {
        int[] from = share(others(fold, vectors.length), classes, part, seed);
        LogisticRegression model =
            LogisticRegression.fit(
                IntStream.of(from).mapToObj(row -> vectors[row]).toArray(double[][]::new),
                IntStream.of(from).map(row -> classes[row]).toArray(),
                count,
                c);
        learnt += from.length;
        for (int row : fold) {
          right += model.answer(vectors[row]) == classes[row] ? 1 : 0;
        }
      }
      points.add(new Point(Math.round((float) learnt / folds.size()), (double) right / heldOut));
    }
    return new LabelCurve(points, extrapolated(points, heldOut, 2.0 * rows.size()));
  }

  private static int[] others(int[] fold, int rows) {
    boolean[] out = new boolean[rows];
    Arrays.stream(fold).forEach(row -> out[row] = true);
    return IntStream.range(0, rows).filter(row -> !out[row]).toArray();
  }

  /** A share of the rows of each class, at least one of each. */
  private static int[] share(int[] rows, int[] classes, int part, long seed) {
    TreeMap<Integer, List<Integer>> byClass = new TreeMap<>();
    for (int row : rows) {
      byClass.computeIfAbsent(classes[row], k -> new ArrayList<>()).add(row);
    }
    Random random = new Random(seed);
    List<Integer> taken = new ArrayList<>();
    for (List<Integer> ours : byClass.values()) {
      Collections.shuffle(ours, random);
      taken.addAll(ours.subList(0, Math.max(1, Math.round((float) ours.size() / part))));
    }
    return taken.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  /** Accuracy at a number of rows on the line through the points in logarithms. */
  static double extrapolated(List<Point> points, int heldOut, double rows) {
    double least = LEAST_ERRORS / heldOut;
    double meanX = points.stream().mapToDouble(p -> Math.log(p.rows())).average().orElse(0);
    double meanY =
        points.stream()
            .mapToDouble(p -> Math.log(Math.max(least, 1 - p.accuracy())))
            .average()
            .orElse(0);
    double xy = 0;
    double xx = 0;
    for (Point point : points) {
      double x = Math.log(point.rows()) - meanX;
      xy += x * (Math.log(Math.max(least, 1 - point.accuracy())) - meanY);
      xx += x * x;
    }
    double slope = xx == 0 ? 0 : Math.min(0, xy / xx);
    return 1 - Math.exp(meanY + slope * (Math.log(rows) - meanX));
  }
}
