package io.haori.analysis.comparison;

import io.haori.analysis.metrics.Correlation;
import io.haori.analysis.statistics.DependentTests;
import io.haori.analysis.statistics.Difference;
import io.haori.analysis.statistics.Holm;
import io.haori.analysis.statistics.McNemar;
import io.haori.analysis.statistics.PairedBootstrap;
import io.haori.analysis.statistics.Summary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs of several methods on the same test rows: mean and spread over seeds, and for each pair of
 * methods a paired bootstrap (rows and seeds drawn) and, for classes, McNemar's exact test (one a
 * seed, put together by {@link DependentTests}), with Holm's correction over the pairs.
 *
 * @param answers what is predicted
 * @param truth {@code [rows]} what is right: the class's index, or the number
 * @param methods at least one; all with the same seeds in the same order
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record MethodComparison(Answers answers, double[] truth, List<MethodRuns> methods) {
  /** Checks that all runs answered all rows. */
  public MethodComparison {
    methods = List.copyOf(methods);
    int runs = methods.get(0).predicted().length;
    for (MethodRuns method : methods) {
      boolean fits =
          method.predicted().length == runs
              && Arrays.stream(method.predicted()).allMatch(run -> run.length == truth.length);
      if (!fits) {
        throw new IllegalArgumentException(
            method.method() + " lacks runs or rows: " + runs + " of " + truth.length + " wanted");
      }
    }
  }

  /** How many runs each method has. */
  public int runs() {
    return methods.get(0).predicted().length;
  }

  /** The figures without any test. */
  public List<MethodResult> untested() {
    return methods.stream().map(m -> new MethodResult(m.method(), summary(m), null)).toList();
  }

  /**
   * Tests every pair of methods once, with Holm's correction for the number of pairs: the method
   * that the others are compared with may then be chosen by its score.
   *
   * @param bootstrap draws rows and seeds
   */
  public MethodPairs pairs(PairedBootstrap bootstrap) {
    List<Paired> pairs = new ArrayList<>();
    for (int later = 1; later < methods.size(); later++) {
      for (int earlier = 0; earlier < later; earlier++) {
        pairs.add(paired(methods.get(later), methods.get(earlier), bootstrap));
      }
    }
    double[] corrected = Holm.adjust(pairs.stream().mapToDouble(Paired::pValue).toArray());
    List<Versus> tested = new ArrayList<>();
    for (int i = 0; i < corrected.length; i++) {
      Paired pair = pairs.get(i);
      tested.add(
          new Versus(pair.difference().interval(), pair.tests(), pair.pValue(), corrected[i]));
    }
    return new MethodPairs(tested);
  }

  /**
   * The figures with the tests against one of the methods.
   *
   * @param reference index of that method
   * @param pairs the tests of all pairs
   * @return one a method, in their order
   */
  public List<MethodResult> against(int reference, MethodPairs pairs) {
    List<MethodResult> results = new ArrayList<>();
    for (int i = 0; i < methods.size(); i++) {
      Versus versus = i == reference ? null : pairs.of(i, reference);
      results.add(new MethodResult(methods.get(i).method(), summary(methods.get(i)), versus));
    }
    return results;
  }

  /** Index of the method with the highest mean score, the first of equals. */
  public int best() {
    int best = 0;
    for (int i = 1; i < methods.size(); i++) {
      if (summary(methods.get(i)).mean() > summary(methods.get(best)).mean()) {
        best = i;
      }
    }
    return best;
  }

  /**
   * The fewest test rows on which any result could be significant: were one method right and the
   * other wrong on all of them, McNemar's {@code 2 · 0.5^rows} after both corrections must fall
   * below the level.
   *
   * @param comparisons number of pairs that are tested; at least 1
   * @param runs of each method; at least 1
   */
  public static int rowsNeeded(int comparisons, int runs) {
    int rows = 1;
    double p = 1;
    while (p * comparisons * DependentTests.price(runs) >= Versus.LEVEL) {
      rows++;
      p /= 2;
    }
    return rows;
  }

  private record Paired(Difference difference, List<McNemar> tests, double pValue) {}

  private Paired paired(MethodRuns method, MethodRuns reference, PairedBootstrap bootstrap) {
    if (answers == Answers.NUMBERS) {
      Difference difference =
          bootstrap.correlation(truth, method.predicted(), reference.predicted());
      return new Paired(difference, List.of(), difference.pValue());
    }
    if (answers == Answers.SHARES) {
      Difference difference = bootstrap.shares(method.shares(), reference.shares());
      return new Paired(difference, List.of(), difference.pValue());
    }
    int[] right = classes(truth);
    int[][] ours = classes(method);
    int[][] theirs = classes(reference);
    List<McNemar> tests = new ArrayList<>();
    for (int run = 0; run < ours.length; run++) {
      tests.add(McNemar.of(right, ours[run], theirs[run]));
    }
    double p = DependentTests.combined(tests.stream().mapToDouble(McNemar::pValue).toArray());
    return new Paired(bootstrap.accuracy(right, ours, theirs), tests, p);
  }

  private Summary summary(MethodRuns method) {
    return Summary.of(
        IntStream.range(0, method.predicted().length)
            .mapToDouble(run -> score(method, run))
            .toArray());
  }

  private static double share(double[][] sides) {
    double below = Arrays.stream(sides[1]).sum();
    return below == 0 ? 0 : Arrays.stream(sides[0]).sum() / below;
  }

  /**
   * The score of one run.
   *
   * @param method one of these
   * @param run index of the run
   */
  public double score(MethodRuns method, int run) {
    if (answers == Answers.SHARES) {
      return share(method.shares()[run]);
    }
    double[] predicted = method.predicted()[run];
    if (answers == Answers.NUMBERS) {
      return Correlation.pearson(truth, predicted);
    }
    int right = 0;
    for (int row = 0; row < truth.length; row++) {
      right += predicted[row] == truth[row] ? 1 : 0;
    }
    return (double) right / truth.length;
  }

  private static int[][] classes(MethodRuns method) {
    return Arrays.stream(method.predicted()).map(MethodComparison::classes).toArray(int[][]::new);
  }

  private static int[] classes(double[] values) {
    return Arrays.stream(values).mapToInt(value -> (int) value).toArray();
  }
}
