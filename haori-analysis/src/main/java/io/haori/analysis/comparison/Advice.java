package io.haori.analysis.comparison;

import io.haori.analysis.report.Figures;
import io.haori.analysis.statistics.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/** Says in plain words which method to pick and how sure that is. */
public final class Advice {
  /** A method that is not worse beyond chance is worth a word when it stores this share or less. */
  private static final double MUCH_SMALLER = 0.5;

  private final MethodComparison comparison;
  private final List<MethodResult> againstBest;
  private final List<MethodCost> costs;
  private final int best;
  private final Figures figures;

  /**
   * Advice on a comparison.
   *
   * @param comparison the runs
   * @param againstBest the figures with tests against {@link MethodComparison#best()}, or without
   *     any test
   * @param costs one a method, in the comparison's order
   */
  public Advice(
      MethodComparison comparison, List<MethodResult> againstBest, List<MethodCost> costs) {
    this.comparison = comparison;
    this.againstBest = List.copyOf(againstBest);
    this.costs = List.copyOf(costs);
    this.best = comparison.best();
    this.figures = comparison.answers() == Answers.CLASSES ? Figures.PERCENT : Figures.PLAIN;
  }

  /** Some sentences, the most important first. */
  public List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    sentences.add(pick());
    if (againstBest.size() < 2) {
      return sentences;
    }
    if (againstBest.stream().allMatch(result -> result.versus() == null)) {
      sentences.add(
          "No test was made, so nothing is known of how much of the differences is chance.");
      return sentences;
    }
    List<MethodResult> worse = others(Versus.Certainty.SURE);
    List<MethodResult> perhapsWorse = others(Versus.Certainty.PROBABLE);
    List<MethodResult> alike = others(Versus.Certainty.OPEN);
    if (!worse.isEmpty()) {
      sentences.add("More than chance: it is better than " + listed(worse, true) + ".");
    }
    if (!perhapsWorse.isEmpty()) {
      sentences.add(
          "Probably, but not surely: it is better than "
              + listed(perhapsWorse, true)
              + "; the interval and the corrected test do not both confirm it.");
    }
    if (!alike.isEmpty()) {
      sentences.add(
          String.format(
              Locale.ROOT,
              "Not shown to be better: with %,d test rows and %d runs each it cannot be told apart"
                  + " from %s.",
              comparison.truth().length,
              comparison.runs(),
              listed(alike, false)));
      cheaper(alike, sentences);
    }
    sentences.add(
        "The rows that judge the methods also chose among them: expect a little less on new"
            + " texts.");
    return sentences;
  }

  private String pick() {
    String what =
        comparison.answers() == Answers.CLASSES
            ? "it is right on %s of the %,d test rows"
            : "its numbers correlate at %s with those of the %,d test rows";
    return String.format(
        Locale.ROOT,
        "Pick %s: " + what + ", the most of %d methods (mean of %d %s).",
        name(best),
        figures.text(againstBest.get(best).score().mean()),
        comparison.truth().length,
        againstBest.size(),
        comparison.runs(),
        comparison.runs() == 1 ? "run" : "runs");
  }

  private List<MethodResult> others(Versus.Certainty certainty) {
    return againstBest.stream()
        .filter(result -> result.versus() != null && result.versus().certainty() == certainty)
        .sorted(Comparator.comparingDouble((MethodResult result) -> -result.score().mean()))
        .toList();
  }

  private String listed(List<MethodResult> results, boolean withTest) {
    return results.stream().map(result -> one(result, withTest)).collect(Collectors.joining("; "));
  }

  /** The interval is that of the method less the best; told is the best less the method. */
  private String one(MethodResult result, boolean withTest) {
    Versus versus = Objects.requireNonNull(result.versus());
    Interval interval = versus.difference();
    return String.format(
        Locale.ROOT,
        "%s (by %s, 95 %% interval %s%s)",
        result.method(),
        figures.difference(-interval.estimate()),
        figures.interval(-interval.high(), -interval.low()),
        withTest ? ", corrected p " + Figures.pValue(versus.corrected()) : "");
  }

  private void cheaper(List<MethodResult> alike, List<String> sentences) {
    List<MethodCost> candidates =
        costs.stream()
            .filter(cost -> alike.stream().anyMatch(r -> r.method().equals(cost.method())))
            .toList();
    MethodCost ours = costs.get(best);
    candidates.stream()
        .min(Comparator.comparingLong(MethodCost::storedBytes))
        .filter(cost -> cost.storedBytes() <= MUCH_SMALLER * ours.storedBytes())
        .ifPresent(
            cost ->
                sentences.add(
                    String.format(
                        Locale.ROOT,
                        "Where size counts, %s is the thrifty one of these: it stores %s instead of"
                            + " %s and a run takes %s instead of %s.",
                        cost.method(),
                        Figures.BYTES.text(cost.storedBytes()),
                        Figures.BYTES.text(ours.storedBytes()),
                        Figures.SECONDS.text(cost.seconds()),
                        Figures.SECONDS.text(ours.seconds()))));
  }

  private String name(int method) {
    return againstBest.get(method).method();
  }
}
