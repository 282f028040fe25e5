package io.haori.training.proof;

import io.haori.core.digest.Sha256;
import io.haori.inference.model.TextBase;
import io.haori.training.data.Dataset;
import io.haori.training.runs.FinishedRuns;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Fits ways to rows and lets them answer others. What was answered is kept in a folder under a
 * digest of base, rows and settings, so that nothing is fitted twice.
 */
public final class ProofFits {
  private static final double NANOS = 1e9;

  private final TextBase base;
  private final FinishedRuns<Answered> finished;
  private final BooleanSupplier stopRequested;
  private final LongSupplier processorNanos;

  /**
   * What a way answered.
   *
   * @param right {@code [n]} whether each row was answered right
   * @param seconds of processor time that fitting and answering took
   */
  @SuppressWarnings("ArrayRecordComponent") // Written and read, never compared.
  public record Answered(boolean[] right, double seconds) {}

  /** Looks at a fitted model before it is closed. */
  @FunctionalInterface
  public interface Fitted {
    /**
     * Looks.
     *
     * @param tuned open until this returns
     */
    void look(TunedModel tuned);
  }

  /**
   * Fits on a base.
   *
   * @param base stays open
   * @param journal folder of what was answered before
   * @param stopRequested whether to stop at the next step
   * @param processorNanos processor time of this process so far, in nanoseconds
   */
  public ProofFits(
      TextBase base, Path journal, BooleanSupplier stopRequested, LongSupplier processorNanos) {
    this.base = base;
    this.finished = new FinishedRuns<>(journal, Answered.class);
    this.stopRequested = stopRequested;
    this.processorNanos = processorNanos;
  }

  /**
   * What a way answers to the test rows of a look, having learnt from its training rows.
   *
   * @return empty when it was stopped
   */
  public Optional<Answered> answer(Way way, Dataset look) {
    String run = run(way, look);
    int rows = look.test().rows().size();
    Optional<Answered> before = finished.find(run, one -> one.right().length == rows);
    if (before.isPresent()) {
      return before;
    }
    long start = processorNanos.getAsLong();
    try (TunedModel tuned = new Tuner(base, way.settings()).stopWhen(stopRequested).tune(look)) {
      if (tuned.training().interrupted() || stopRequested.getAsBoolean()) {
        return Optional.empty();
      }
      boolean[] right = Predictions.of(tuned.model(), look.test()).right();
      Answered made = new Answered(right, secondsSince(start));
      finished.keep(run, made);
      return Optional.of(made);
    }
  }

  /** Whether {@link #answer} has it already. */
  public boolean isKnown(Way way, Dataset look) {
    return finished.find(run(way, look), one -> true).isPresent();
  }

  private String run(Way way, Dataset look) {
    return Sha256.of(
        String.join(
            "\n",
            way.settings().toJson().toString(),
            base.digest(),
            look.labels().toString(),
            look.train().sha256(),
            look.test().sha256()));
  }

  /**
   * Fits a way to the training rows, with the epoch that is best on the validation rows.
   *
   * @param fitted looks at the model
   * @return seconds of processor time; empty when it was stopped
   */
  public Optional<Double> fit(Way way, Dataset data, Fitted fitted) {
    long start = processorNanos.getAsLong();
    try (TunedModel tuned = new Tuner(base, way.settings()).stopWhen(stopRequested).tune(data)) {
      if (tuned.training().interrupted() || stopRequested.getAsBoolean()) {
        return Optional.empty();
      }
      double seconds = secondsSince(start);
      fitted.look(tuned);
      return Optional.of(seconds);
    }
  }

  private double secondsSince(long start) {
    return (processorNanos.getAsLong() - start) / NANOS;
  }
}
