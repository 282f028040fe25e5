package io.haori.training.choice;

import io.haori.inference.calibration.Calibration;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Targets;
import io.haori.training.data.Dataset;
import io.haori.training.task.Calibrator;
import io.haori.training.task.HeldOut;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison of ways gave.
 *
 * @param scores in the order of the candidates; those with fewer fits were left behind earlier
 * @param best the way that is preferred
 * @param heldOut different rows that were held out
 */
public record Choice(List<CrossScore> scores, CrossScore best, int heldOut) {
  /** The least probability that a logarithm is taken of. */
  private static final double LEAST = 1e-12;

  /** Copies the scores. */
  public Choice {
    scores = List.copyOf(scores);
  }

  /** Why the best way is taken, in a sentence. */
  public String reason() {
    String name = best.candidate().name();
    CrossScore usual =
        scores.stream()
            .filter(one -> one.candidate().usual() && one.fits() == best.fits())
            .reduce((a, b) -> b.beats(a) ? b : a)
            .orElse(null);
    if (usual == null) {
      return name + " is taken: it has the most rows right.";
    }
    if (usual != best) {
      return String.format(
          Locale.ROOT,
          "%s is taken: it is ahead of %s, the best of the usual ways, by %.1f standard errors.",
          name,
          usual.candidate().name(),
          best.standardErrorsAhead(usual, heldOut));
    }
    boolean first = scores.stream().allMatch(one -> one.fits() == 0 || !one.beats(best));
    return first
        ? name + " is taken: it has the most rows right."
        : name
            + " is taken: it is the best of the usual ways, and no other is ahead of it by a"
            + " standard error.";
  }

  /**
   * Calibrates the model that was fitted to all rows by what the best way answered to rows while
   * they were held out: no row is needed for calibration alone, and the model has not seen what it
   * is calibrated by.
   *
   * @param model fitted by the best way
   * @param data that was compared on
   * @return empty, with the model as it was, where it has several heads
   */
  public Optional<Calibration> calibrate(TextModel model, Dataset data) {
    if (data.labels().size() > 1) {
      return Optional.empty();
    }
    int[] classes = Targets.of(data.train().rows(), data.labels()).classes();
    List<double[]> logits = new ArrayList<>();
    List<Integer> rows = new ArrayList<>();
    for (int row = 0; row < classes.length; row++) {
      double @Nullable [] answer = best.answers().get(row);
      if (answer != null) {
        rows.add(row);
        logits.add(Arrays.stream(answer).map(p -> Math.log(Math.max(p, LEAST))).toArray());
      }
    }
    HeldOut answered =
        new HeldOut(
            logits.toArray(double[][]::new),
            rows.stream().mapToInt(row -> classes[row]).toArray(),
            rows.stream().mapToDouble(best::distance).toArray());
    Calibration calibration =
        Calibrator.of(answered, Calibrator.distance(model, data.train().rows()));
    model.heads().calibrate(calibration.temperature());
    return Optional.of(calibration);
  }
}
