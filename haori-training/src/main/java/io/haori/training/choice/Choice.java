package io.haori.training.choice;

import io.haori.analysis.calibration.Temperature;
import io.haori.inference.calibration.Calibration;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Targets;
import io.haori.training.data.Dataset;
import io.haori.training.task.answer.Calibrator;
import io.haori.training.task.answer.HeldOut;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a comparison of ways gave.
 *
 * @param scores in the order of the candidates; those with fewer fits were left behind earlier
 * @param best the way that is preferred
 * @param heldOut different rows that were held out
 * @param pooling how tokens become one vector; null where there was nothing to choose
 * @param labelNames whether names of labels are learnt from; null where there was nothing to choose
 */
public record Choice(
    List<CrossScore> scores,
    CrossScore best,
    int heldOut,
    @Nullable PoolingChoice pooling,
    @Nullable LabelNameChoice labelNames) {
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
   * is calibrated by. Where rows were held out twice, the temperature comes from all answers, the
   * rest from the last to each row.
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
    List<CrossScore.Answer> answers = best.answers();
    Map<Integer, CrossScore.Answer> last = new TreeMap<>();
    answers.forEach(one -> last.put(one.row(), one));
    HeldOut all = heldOut(answers, classes);
    Calibration calibration =
        Calibrator.of(
            Temperature.fitCrossValidated(all.logits(), all.classes(), last.size()),
            heldOut(last.values(), classes),
            Calibrator.distance(model, data.train().rows()));
    model.heads().calibrate(calibration.temperature());
    return Optional.of(calibration);
  }

  private static HeldOut heldOut(Collection<CrossScore.Answer> answers, int[] classes) {
    return new HeldOut(
        answers.stream().map(one -> logarithms(one.probabilities())).toArray(double[][]::new),
        answers.stream().mapToInt(one -> classes[one.row()]).toArray(),
        answers.stream().mapToDouble(CrossScore.Answer::distance).toArray());
  }

  private static double[] logarithms(double[] probabilities) {
    return Arrays.stream(probabilities).map(p -> Math.log(Math.max(p, LEAST))).toArray();
  }
}
