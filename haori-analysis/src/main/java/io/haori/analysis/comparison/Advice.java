package io.haori.analysis.comparison;

import io.haori.analysis.report.Figures;
import io.haori.analysis.statistics.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Says in plain words which method to take and how sure that is. */
public final class Advice {
  private final MethodComparison comparison;
  private final @Nullable MethodPairs pairs;
  private final List<MethodCost> costs;
  private final int best;
  private final Figures figures;

  /**
   * Advice on a comparison.
   *
   * @param comparison the runs
   * @param pairs the tests of its pairs; null where no test was made
   * @param costs one a method, in the comparison's order
   */
  public Advice(MethodComparison comparison, @Nullable MethodPairs pairs, List<MethodCost> costs) {
    this.comparison = comparison;
    this.pairs = pairs;
    this.costs = List.copyOf(costs);
    this.best = comparison.best();
    this.figures = comparison.answers().inPercent() ? Figures.PERCENT : Figures.PLAIN;
  }

  /** Whether the recommended method is better than every other one beyond chance. */
  public boolean clear() {
    return costs.size() > 1 && others(Versus.Certainty.SURE).size() == costs.size() - 1;
  }

  /**
   * Index of the method to take: the one with the highest score or, where no difference to it is
   * shown, the one of these that stores the fewest bytes; of equals the faster one.
   */
  public int recommended() {
    return candidates().stream()
        .min(
            Comparator.comparingLong((Integer method) -> costs.get(method).storedBytes())
                .thenComparingDouble(method -> costs.get(method).seconds()))
        .orElse(best);
  }

  /** Some sentences, the most important first. */
  public List<String> sentences() {
    if (costs.size() == 1) {
      return List.of(name(best) + " " + scored() + ".");
    }
    if (pairs == null) {
      return List.of(
          name(best)
              + " has the highest score of "
              + costs.size()
              + " methods: it "
              + scored()
              + ".",
          "No test was made, so the differences may be chance.");
    }
    List<Integer> alike = others(Versus.Certainty.OPEN);
    List<String> sentences = new ArrayList<>();
    sentences.add(alike.isEmpty() ? winner() : cheapest());
    add(sentences, "Clear differences: ", others(Versus.Certainty.SURE));
    add(
        sentences,
        "Probable differences, which the interval and the corrected test do not both confirm: ",
        others(Versus.Certainty.PROBABLE));
    add(
        sentences,
        String.format(
            Locale.ROOT,
            "No difference shown on %,d test rows with %d runs each: ",
            comparison.truth().length,
            comparison.runs()),
        alike);
    sentences.add(
        "The test rows also chose the method, so expect a slightly lower score on new texts.");
    return sentences;
  }

  private String winner() {
    boolean sure = others(Versus.Certainty.PROBABLE).isEmpty();
    return String.format(
        Locale.ROOT,
        "Take %s: it %s, and it is %s than %s.",
        name(best),
        scored(),
        sure ? "clearly better" : "better, though not surely,",
        costs.size() == 2 ? name(1 - best) : "all other methods");
  }

  private String cheapest() {
    int cheapest = recommended();
    String others =
        candidates().stream()
            .filter(method -> method != cheapest)
            .map(
                method -> name(method) + ": " + Figures.BYTES.text(costs.get(method).storedBytes()))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "No clear winner: take the cheapest, %s, which stores the fewest bytes, %s (%s)%s.",
        name(cheapest),
        Figures.BYTES.text(costs.get(cheapest).storedBytes()),
        others,
        cheapest == best
            ? "; it also has the highest score, " + score(best)
            : "; " + name(best) + " has the highest score, " + score(best));
  }

  /** The best method and those from which no difference to it is shown. */
  private List<Integer> candidates() {
    List<Integer> candidates = new ArrayList<>(others(Versus.Certainty.OPEN));
    if (pairs == null) {
      candidates.clear();
    }
    candidates.add(best);
    return candidates;
  }

  private String scored() {
    String what =
        switch (comparison.answers()) {
          case CLASSES -> "is right on %s of the %,d test rows (mean of %d %s)";
          case SHARES -> "has an F1 of %s on the %,d test rows (mean of %d %s)";
          case NUMBERS -> "has a correlation of %s with the %,d test rows (mean of %d %s)";
        };
    return String.format(
        Locale.ROOT,
        what,
        score(best),
        comparison.truth().length,
        comparison.runs(),
        comparison.runs() == 1 ? "run" : "runs");
  }

  private String score(int method) {
    return figures.text(comparison.untested().get(method).score().mean());
  }

  /** The others of which this is known, the highest score first. */
  private List<Integer> others(Versus.Certainty certainty) {
    MethodPairs tested = pairs;
    if (tested == null) {
      return List.of();
    }
    List<MethodResult> results = comparison.untested();
    return IntStream.range(0, costs.size())
        .filter(method -> method != best && tested.of(best, method).certainty() == certainty)
        .boxed()
        .sorted(Comparator.comparingDouble(method -> -results.get(method).score().mean()))
        .toList();
  }

  private void add(List<String> sentences, String beginning, List<Integer> others) {
    if (!others.isEmpty()) {
      sentences.add(
          others.stream().map(this::difference).collect(Collectors.joining("; ", beginning, ".")));
    }
  }

  /** As a table shows the pair whose methods are tested against the first one. */
  private String difference(int other) {
    int method = best == 0 ? other : best;
    int less = best == 0 ? best : other;
    Versus versus = Objects.requireNonNull(pairs).of(method, less);
    Interval interval = versus.difference();
    return String.format(
        Locale.ROOT,
        "%s less %s %s (95 %% interval %s, corrected p %s)",
        name(method),
        name(less),
        figures.difference(interval.estimate()),
        figures.interval(interval.low(), interval.high()),
        Figures.pValue(versus.corrected()));
  }

  private String name(int method) {
    return comparison.methods().get(method).method();
  }
}
