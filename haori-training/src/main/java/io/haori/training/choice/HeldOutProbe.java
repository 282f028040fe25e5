package io.haori.training.choice;

import io.haori.analysis.payback.HeldOutAnswers;
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
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * What a probe on the frozen base's vectors answers to rows that were held out, having learnt from
 * growing shares of the others. Rows that belong together are held out together ({@link Folds}).
 *
 * @param rows how many there are
 * @param heldOut index of each row that was held out
 * @param shares from few rows to all
 * @param answers to the rows that were held out, of the probe that learnt from all others
 */
@SuppressWarnings("ArrayRecordComponent") // Read, never compared.
public record HeldOutProbe(int rows, int[] heldOut, List<Share> shares, HeldOutAnswers answers) {
  private static final int FOLDS = 5;

  /**
   * What was learnt from a share of the rows.
   *
   * @param learnt rows that a probe learnt from, on average over the folds
   * @param right {@code [repeats][held-out rows]} whether the answer was right
   */
  @SuppressWarnings("ArrayRecordComponent") // Read, never compared.
  public record Share(int learnt, boolean[][] right) {
    /** Share of right answers over all repeats. */
    public double accuracy() {
      long count = 0;
      long all = 0;
      for (boolean[] one : right) {
        for (boolean row : one) {
          count += row ? 1 : 0;
          all++;
        }
      }
      return (double) count / all;
    }
  }

  /** Copies the shares. */
  public HeldOutProbe {
    shares = List.copyOf(shares);
  }

  /**
   * Fits all of it.
   *
   * @param base stays open
   * @param text how texts are read
   * @param data its training rows are used, all of one class each and of one domain
   * @param parts of the rows, as divisors: 4 is a quarter; the last one is 1
   * @param repeats how often, each time with other folds and other rows in the shares
   * @param seed decides which rows are together
   * @param wanted asked after each fold with the number of folds that are done, whether to continue
   * @return nothing when it was not to continue
   */
  public static Optional<HeldOutProbe> of(
      TextBase base,
      TextOptions text,
      Dataset data,
      int[] parts,
      int repeats,
      long seed,
      IntPredicate wanted) {
    List<Row> rows = data.train().rows();
    float[][] read = new TextEmbedder(base, Adaptation.NONE, text, true).vectors(rows);
    double[][] vectors =
        Arrays.stream(read)
            .map(row -> IntStream.range(0, row.length).mapToDouble(i -> row[i]).toArray())
            .toArray(double[][]::new);
    int[] classes = Targets.of(rows, data.labels()).classes();
    List<String> names = data.labels().heads().get(0).labels().names();
    return of(rows, vectors, classes, names, parts, repeats, seed, wanted);
  }

  /** How many folds there are in all, of which {@code wanted} hears. */
  public static int fits(int repeats) {
    return FOLDS * repeats;
  }

  /**
   * Fits all of it to vectors that are there.
   *
   * @param rows all of one class each
   * @param vectors {@code [n][width]} of them
   * @param classes {@code [n]} index of each row's label
   * @param names of the labels
   * @param parts of the rows, as above
   * @param repeats as above
   * @param seed as above
   * @param wanted as above
   */
  public static Optional<HeldOutProbe> of(
      List<Row> rows,
      double[][] vectors,
      int[] classes,
      List<String> names,
      int[] parts,
      int repeats,
      long seed,
      IntPredicate wanted) {
    int[] groups = RowGroups.of(rows).ofRows();
    double c = ProbeChoice.fit(vectors, classes, groups, names.size(), seed).c();
    int[] heldOut = null;
    boolean[][][] right = new boolean[parts.length][repeats][];
    long[] learnt = new long[parts.length];
    int[] answered = new int[0];
    double[] confidences = new double[0];
    int fits = 0;
    for (int repeat = 0; repeat < repeats; repeat++) {
      List<int[]> folds = Folds.of(rows, FOLDS, Seeds.of(seed, Purpose.PARTS, repeat));
      if (heldOut == null) {
        // A class with one text or group alone is in no fold, whatever the seed.
        heldOut = folds.stream().flatMapToInt(Arrays::stream).sorted().toArray();
        answered = new int[heldOut.length];
        confidences = new double[heldOut.length];
      }
      for (int part = 0; part < parts.length; part++) {
        right[part][repeat] = new boolean[heldOut.length];
      }
      for (int[] fold : folds) {
        fits++;
        int[] others = others(fold, vectors.length);
        for (int part = 0; part < parts.length; part++) {
          int[] from = share(others, classes, parts[part], seed + repeat);
          LogisticRegression model = fit(vectors, classes, names.size(), from, c);
          learnt[part] += from.length;
          for (int row : fold) {
            int place = Arrays.binarySearch(heldOut, row);
            int answer = model.answer(vectors[row]);
            right[part][repeat][place] = answer == classes[row];
            if (repeat == 0 && part == parts.length - 1) {
              answered[place] = answer;
              confidences[place] = model.probabilities(vectors[row])[answer];
            }
          }
        }
        if (!wanted.test(fits)) {
          return Optional.empty();
        }
      }
    }
    List<Share> shares = new ArrayList<>();
    for (int part = 0; part < parts.length; part++) {
      shares.add(new Share(Math.round((float) learnt[part] / fits), right[part]));
    }
    int[] places = heldOut == null ? new int[0] : heldOut;
    int[] truth = Arrays.stream(places).map(row -> classes[row]).toArray();
    return Optional.of(
        new HeldOutProbe(
            rows.size(), places, shares, new HeldOutAnswers(names, truth, answered, confidences)));
  }

  private static LogisticRegression fit(
      double[][] vectors, int[] classes, int count, int[] from, double c) {
    return LogisticRegression.fit(
        IntStream.of(from).mapToObj(row -> vectors[row]).toArray(double[][]::new),
        IntStream.of(from).map(row -> classes[row]).toArray(),
        count,
        c);
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
}
