package io.haori.training.machine;

import static io.haori.core.check.Check.require;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which precision and how many threads suit a machine, and why: those with the quickest training
 * step. Where several are within {@value #NEAR} of it, the most exact of them, and then the one
 * with the fewest threads, which leaves cores to other programs.
 *
 * @param setting the choice
 * @param reasons sentences, with the times behind them
 */
public record MachineChoice(ComputeSetting setting, List<String> reasons) {
  /** Times up to this multiple of the shortest count as just as short. */
  public static final double NEAR = 1.05;

  /**
   * What a training step on 8-bit matrices may take at most of the quickest step on dense ones to
   * be worth what rounding costs. Nothing takes integers by itself even then: only whoever measured
   * knows the time, and only whoever compared scores knows the cost.
   */
  public static final double WORTH_ROUNDING = 0.8;

  private static final String INT8 = "int8";

  /** Keeps the reasons from being changed. */
  public MachineChoice {
    reasons = List.copyOf(reasons);
  }

  /**
   * Chooses.
   *
   * @param runs at least one, the most exact precision first
   * @param automatic what commands take when nobody chooses
   */
  public static MachineChoice of(List<RunTime> runs, ComputeSetting automatic) {
    require(!runs.isEmpty(), "runs", "at least one", 0);
    List<String> precisions = runs.stream().map(RunTime::precision).distinct().toList();
    double shortest = runs.stream().mapToDouble(RunTime::stepMs).min().orElseThrow();
    RunTime best =
        runs.stream()
            .filter(run -> run.stepMs() <= NEAR * shortest)
            .min(
                Comparator.comparingInt((RunTime run) -> precisions.indexOf(run.precision()))
                    .thenComparingInt(RunTime::threads))
            .orElseThrow();
    List<String> reasons = new ArrayList<>();
    for (String precision : precisions) {
      at(runs, precision, best.threads())
          .filter(other -> !precision.equals(best.precision()))
          .ifPresent(other -> reasons.add(ofPrecision(best, other, precisions)));
    }
    ofThreads(runs, best).ifPresent(reasons::add);
    if (best.precision().startsWith("int")) {
      reasons.add(
          best.precision()
              + " rounds the base's matrices: compare a run's scores with those of another"
              + " precision before you rely on it.");
    }
    if (best.setting().equals(automatic)) {
      reasons.add("Commands take " + automatic.words() + " by themselves.");
    } else {
      reasons.add(
          "Commands take "
              + automatic.words()
              + " by themselves"
              + at(runs, automatic.precision(), automatic.threads())
                  .map(other -> "; their training step takes " + times(other, best))
                  .orElse("")
              + ".");
    }
    rule(runs).ifPresent(reasons::add);
    return new MachineChoice(best.setting(), reasons);
  }

  /** The same with one more sentence. */
  public MachineChoice with(String reason) {
    return new MachineChoice(setting, Stream.concat(reasons.stream(), Stream.of(reason)).toList());
  }

  /** Why commands do not take 8 bits by themselves. */
  private static Optional<String> rule(List<RunTime> runs) {
    OptionalDouble int8 = shortest(runs, run -> run.precision().equals(INT8));
    OptionalDouble dense = shortest(runs, run -> !run.precision().startsWith("int"));
    if (int8.isEmpty() || dense.isEmpty()) {
      return Optional.empty();
    }
    double share = int8.getAsDouble() / dense.getAsDouble();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "No command takes int8 by itself: it is worth its rounding where its training step"
                + " takes at most %.2f of the quickest other one's; here it takes %.2f%s.",
            WORTH_ROUNDING,
            share,
            share <= WORTH_ROUNDING ? ", so that it is worth a comparison of scores" : ""));
  }

  private static OptionalDouble shortest(List<RunTime> runs, Predicate<RunTime> which) {
    return runs.stream().filter(which).mapToDouble(RunTime::stepMs).min();
  }

  private static String ofPrecision(RunTime best, RunTime other, List<String> precisions) {
    boolean moreExact =
        precisions.indexOf(best.precision()) < precisions.indexOf(other.precision());
    return "With %s a training step takes %s and a classification pass %s; with %s %s and %s%s."
        .formatted(
            best.precision(),
            milliseconds(best.stepMs()),
            milliseconds(best.passMs()),
            other.precision(),
            milliseconds(other.stepMs()),
            milliseconds(other.passMs()),
            moreExact ? ", and it is less exact" : "");
  }

  private static Optional<String> ofThreads(List<RunTime> runs, RunTime best) {
    List<RunTime> others =
        runs.stream()
            .filter(run -> run.precision().equals(best.precision()))
            .filter(run -> run.threads() != best.threads())
            .sorted(Comparator.comparingInt(RunTime::threads))
            .toList();
    if (others.isEmpty()) {
      return Optional.empty();
    }
    RunTime most = others.get(others.size() - 1);
    RunTime other = most.threads() > best.threads() ? most : others.get(0);
    return Optional.of(
        "A training step takes %s with %s as with %s (%s, %s)."
            .formatted(
                times(best, other),
                threads(best.threads()),
                threads(other.threads()),
                milliseconds(best.stepMs()),
                milliseconds(other.stepMs())));
  }

  private static String threads(int count) {
    return count == 1 ? "one thread" : count + " threads";
  }

  private static String times(RunTime run, RunTime other) {
    return String.format(Locale.ROOT, "%.2f times as long", run.stepMs() / other.stepMs());
  }

  private static Optional<RunTime> at(List<RunTime> runs, String precision, int threads) {
    return runs.stream()
        .filter(run -> run.precision().equals(precision) && run.threads() == threads)
        .findFirst();
  }

  /** A time with three digits: {@code 312 ms}, {@code 31.2 ms}, {@code 0.31 ms}. */
  public static String milliseconds(double time) {
    String format = time >= 100 ? "%.0f ms" : time >= 10 ? "%.1f ms" : "%.2f ms";
    return String.format(Locale.ROOT, format, time);
  }
}
