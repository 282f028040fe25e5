package io.haori.training.choice;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which way to fit a task, learnt from what this project measured ({@link MethodResults}): the
 * gains over LoRA on the sets that are most like this one, in labelled rows a class, number of
 * classes and how far the base's vectors hold the subject.
 *
 * <pre>{@code
 * likeness:  √(Δ log₂(rows a class)² / 2² + Δ held² / 0.3² + Δ log₂(classes)² / 2²) ≤ 2
 * held     = (probe − most frequent class) / (1 − most frequent class)
 * }</pre>
 *
 * <p>A way is named where the four sets most like this one gained a point on average and more than
 * a standard error; else LoRA. With fewer than three such sets it does not know. How good that is
 * says MethodRuleStudy of the benchmarks, each set left out in turn.
 */
public final class MethodRule {
  /** The way that others have to beat. */
  public static final String LORA = "lora";

  private static final double FARTHEST = 2;
  private static final double HELD = 0.3;
  private static final double DOUBLINGS = 2;
  private static final int NEAREST = 4;
  private static final int FEWEST = 3;
  private static final double LEAST_GAIN = 0.01;

  private final List<MethodResults.Measured> results;

  /**
   * Learnt from results.
   *
   * @param results of sets
   */
  public MethodRule(List<MethodResults.Measured> results) {
    this.results = List.copyOf(results);
  }

  /**
   * What a task is like.
   *
   * @param rows labelled ones
   * @param classes at least 2
   * @param mostFrequent share of the most frequent class, in [0, 1)
   * @param probe share of right answers of a classifier on the frozen base's vectors
   */
  public record Situation(int rows, int classes, double mostFrequent, double probe) {
    double held() {
      return (probe - mostFrequent) / (1 - mostFrequent);
    }

    double farFrom(Situation other) {
      double perClass = log2((double) rows / classes) - log2((double) other.rows / other.classes);
      double more = log2(classes) - log2(other.classes);
      return Math.sqrt(
          square(perClass / DOUBLINGS)
              + square((held() - other.held()) / HELD)
              + square(more / DOUBLINGS));
    }

    private static double log2(double value) {
      return Math.log(value) / Math.log(2);
    }

    private static double square(double value) {
      return value * value;
    }
  }

  /**
   * A way that is named.
   *
   * @param way for example {@code lora} or {@code modular}
   * @param gain over LoRA on the sets most like this one, in accuracy; 0 for LoRA itself
   * @param sets their names
   */
  public record Named(String way, double gain, List<String> sets) {
    /** Copies the list. */
    public Named {
      sets = List.copyOf(sets);
    }
  }

  /**
   * The way for a task.
   *
   * @param task what it is like
   * @param ways that can be taken
   * @return empty where too few sets are like it
   */
  public Optional<Named> name(Situation task, Set<String> ways) {
    List<MethodResults.Measured> near =
        results.stream()
            .filter(one -> one.situation().farFrom(task) <= FARTHEST)
            .sorted(Comparator.comparingDouble(one -> one.situation().farFrom(task)))
            .toList();
    Named best = null;
    for (String way : ways.stream().filter(one -> !one.equals(LORA)).sorted().toList()) {
      List<MethodResults.Measured> with =
          near.stream().filter(one -> one.accuracy().containsKey(way)).limit(NEAREST).toList();
      if (with.size() < FEWEST) {
        continue;
      }
      double[] gains = with.stream().mapToDouble(one -> gain(one, way)).toArray();
      double mean = mean(gains);
      List<String> names = with.stream().map(MethodResults.Measured::set).distinct().toList();
      boolean better = mean >= LEAST_GAIN && mean > standardError(gains, mean);
      if (better && (best == null || mean > best.gain())) {
        best = new Named(way, mean, names);
      } else if (best == null) {
        best = new Named(LORA, 0, names);
      }
    }
    return Optional.ofNullable(best);
  }

  private static double gain(MethodResults.Measured one, String way) {
    return one.accuracy().getOrDefault(way, 0.0) - one.accuracy().getOrDefault(LORA, 0.0);
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double standardError(double[] values, double mean) {
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1) / values.length);
  }

  /** What a rule costs that sees all sets but one. */
  public record Regret(
      MethodResults.Measured set, Optional<Named> named, double rule, double lora) {}

  /**
   * Each set left out in turn, with all rows of the same name: how far the way that is named is
   * behind the best one that was measured there, and how far LoRA is. Where the rule does not know,
   * LoRA is taken.
   *
   * @param results of sets
   */
  public static List<Regret> leaveOneOut(List<MethodResults.Measured> results) {
    List<Regret> regrets = new ArrayList<>();
    for (MethodResults.Measured one : results) {
      MethodRule others =
          new MethodRule(results.stream().filter(other -> !other.set().equals(one.set())).toList());
      Optional<Named> named = others.name(one.situation(), one.accuracy().keySet());
      double best =
          one.accuracy().values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
      double taken = one.accuracy().getOrDefault(named.map(Named::way).orElse(LORA), 0.0);
      regrets.add(
          new Regret(one, named, best - taken, best - one.accuracy().getOrDefault(LORA, 0.0)));
    }
    return regrets;
  }
}
