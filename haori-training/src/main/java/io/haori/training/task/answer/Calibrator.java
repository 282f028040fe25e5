package io.haori.training.task.answer;

import io.haori.analysis.calibration.CalibrationError;
import io.haori.analysis.calibration.ConformalSets;
import io.haori.analysis.calibration.ConformalSets.Kind;
import io.haori.analysis.calibration.HeldOutScores;
import io.haori.analysis.calibration.Temperature;
import io.haori.analysis.calibration.UnknownScore;
import io.haori.inference.calibration.Calibration;
import io.haori.inference.model.Positions;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextPass;
import io.haori.inference.model.TextVectors;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.training.data.Dataset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Calibrates a classifier of one label set after its training.
 *
 * <pre>{@code
 * try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
 *   Optional<Calibration> calibration = Calibrator.calibrate(tuned.model(), data);
 *   AdapterFolder.save(folder, tuned.model(), provenance, calibration);
 * }
 * }</pre>
 *
 * <p>The validation rows have chosen the epoch, so that the model is a little better on them than
 * on new ones; nothing else of it was learnt from them.
 */
public final class Calibrator {
  /** How many training texts the distance is learnt from at most. */
  private static final int MOST_ROWS = 2_000;

  private Calibrator() {}

  /**
   * Learns from the validation rows, and makes the model answer with calibrated probabilities.
   *
   * @param model as training left it
   * @param data that it was fitted to; the test rows are not looked at
   * @return empty, with the model as it was, where it answers no classes, or those of several
   *     domains, or no validation row has a class that it knows
   */
  public static Optional<Calibration> calibrate(TextModel model, Dataset data) {
    DomainLabels labels = model.heads().labels();
    if (labels.size() > 1 || !labels.task().equals(TaskCatalogue.CLASSIFICATION)) {
      return Optional.empty();
    }
    Targets targets = Targets.of(data.validation().rows(), labels);
    int[] rows =
        IntStream.range(0, targets.size()).filter(row -> !targets.hasUnknown(row)).toArray();
    if (rows.length == 0) {
      return Optional.empty();
    }
    TextPass pass = model.pass();
    UnknownScore distance = distance(model, data.train().rows());
    List<Row> held = IntStream.of(rows).mapToObj(data.validation().rows()::get).toList();
    HeldOut answered;
    try (Scope scope = Scope.open()) {
      Positions positions = pass.positions(pass.tokenize(held));
      Tensor states = pass.states(positions);
      answered =
          new HeldOut(
              pass.logits(positions, states, new int[rows.length]),
              IntStream.of(rows).map(row -> targets.classes()[row]).toArray(),
              distance.scores(TextVectors.arrays(states)));
    }
    Calibration calibration = of(answered, distance);
    model.heads().calibrate(calibration.temperature());
    return Optional.of(calibration);
  }

  /**
   * Learns from what was answered.
   *
   * @param answered at least one row
   * @param distance among the training rows of the model that is to be calibrated
   */
  public static Calibration of(HeldOut answered, UnknownScore distance) {
    return of(Temperature.fit(answered.logits(), answered.classes()), answered, distance);
  }

  /**
   * Learns the rest where a temperature is known.
   *
   * @param temperature learnt from these answers and perhaps others
   * @param answered at least one row, each once
   * @param distance among the training rows of the model that is to be calibrated
   */
  public static Calibration of(Temperature temperature, HeldOut answered, UnknownScore distance) {
    double[][] probabilities = temperature.probabilities(answered.logits());
    return new Calibration(
        temperature,
        answered.classes().length,
        error(Temperature.NONE.probabilities(answered.logits()), answered.classes()),
        error(probabilities, answered.classes()),
        ConformalSets.of(Kind.LAC, probabilities, answered.classes()),
        distance,
        HeldOutScores.of(answered.distances()));
  }

  private static double error(double[][] probabilities, int[] classes) {
    double[] confidence = new double[classes.length];
    boolean[] right = new boolean[classes.length];
    for (int row = 0; row < classes.length; row++) {
      double[] p = probabilities[row];
      int best = AnsweredRows.greatest(p, 0, p.length);
      confidence[row] = p[best];
      right[row] = best == classes[row];
    }
    return CalibrationError.equalWidth(confidence, right).value();
  }

  /**
   * Learns how far a text is from those that a model was trained on, from a sample where there are
   * very many.
   *
   * @param model of one head
   * @param rows that it was trained on
   */
  public static UnknownScore distance(TextModel model, List<Row> rows) {
    TextPass pass = model.pass();
    DomainLabels labels = model.heads().labels();
    List<Row> sample = new ArrayList<>(rows);
    if (sample.size() > MOST_ROWS) {
      SplittableRandom random = new SplittableRandom(rows.size());
      for (int i = 0; i < MOST_ROWS; i++) {
        Collections.swap(sample, i, i + random.nextInt(sample.size() - i));
      }
      sample = sample.subList(0, MOST_ROWS);
    }
    try (Scope scope = Scope.open()) {
      Tensor states = pass.states(pass.positions(pass.tokenize(sample)));
      return UnknownScore.of(TextVectors.arrays(states), Targets.of(sample, labels).classes());
    }
  }
}
