package io.haori.inference.calibration;

import io.haori.analysis.calibration.ConformalSets;
import io.haori.analysis.calibration.HeldOutScores;
import io.haori.core.check.UserError;
import io.haori.inference.model.PlainTexts;
import io.haori.inference.model.Positions;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextPass;
import io.haori.inference.model.TextVectors;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Answers texts by a rule: unsure ones without a label, far ones with {@link
 * CalibratedAnswer#NONE_OF_THESE}, sets of classes with a promised coverage. Owns nothing; any
 * number of threads may use one.
 */
public final class CalibratedAnswers {
  private final TextModel model;
  private final @Nullable Calibration calibration;
  private final AnswerRule rule;
  private final double farthest;
  private final double bound;

  private CalibratedAnswers(TextModel model, @Nullable Calibration calibration, AnswerRule rule) {
    this.model = model;
    this.calibration = calibration;
    this.rule = rule;
    farthest =
        calibration == null || rule.unknown() == null
            ? Double.POSITIVE_INFINITY
            : calibration.known().quantile("unknown", rule.unknown());
    bound =
        calibration == null || rule.coverage() == null
            ? Double.POSITIVE_INFINITY
            : calibration.sets().bound("coverage", rule.coverage());
  }

  /**
   * Prepares answers.
   *
   * @param model of one domain's classes; stays open as long as answers are asked for
   * @param calibration of that model; may be missing where the rule does not need it
   * @param rule what is asked
   * @throws UserError when the model does not answer one class a text, the calibration is missing,
   *     or its rows are too few for what is asked
   */
  public static CalibratedAnswers of(
      TextModel model, Optional<Calibration> calibration, AnswerRule rule) {
    requireApplicable(model.heads().labels(), rule);
    requireCalibration("this adapter", calibration, rule);
    return new CalibratedAnswers(model, calibration.orElse(null), rule);
  }

  /**
   * Refuses a rule for labels that it has no meaning for.
   *
   * @param labels what a model answers
   * @param rule what is asked
   * @throws UserError naming the first setting that must be left out
   */
  public static void requireApplicable(DomainLabels labels, AnswerRule rule) {
    boolean classes = labels.task().equals(TaskCatalogue.CLASSIFICATION);
    String what = classes ? "an adapter of several domains" : labels.task().name();
    if (!classes || labels.size() > 1) {
      refuse("threshold", classes ? null : rule.threshold(), what);
      refuse("unknown", rule.unknown(), what);
      refuse("coverage", rule.coverage(), what);
    }
  }

  /**
   * Refuses a rule that a missing calibration, or one of too few rows, cannot keep.
   *
   * @param adapter how it is called in the sentence
   * @param calibration of that adapter
   * @param rule what is asked
   * @throws UserError naming the first setting that cannot be kept
   */
  public static void requireCalibration(
      String adapter, Optional<Calibration> calibration, AnswerRule rule) {
    if (rule.unknown() != null) {
      calibrated("unknown", rule.unknown(), adapter, calibration.map(Calibration::known));
    }
    if (rule.coverage() != null) {
      calibrated(
          "coverage",
          rule.coverage(),
          adapter,
          calibration.map(Calibration::sets).map(ConformalSets::scores));
    }
  }

  private static void calibrated(
      String setting, double value, String adapter, Optional<HeldOutScores> scores) {
    if (scores.isEmpty()) {
      throw new UserError(
          setting
              + " must be left out for "
              + adapter
              + ", which has no calibration.json, got "
              + value
              + "; tune or mix it again, which writes one from the validation rows");
    }
    var unused = scores.get().quantile(setting, value);
  }

  private static void refuse(String setting, @Nullable Double value, String what) {
    if (value != null) {
      throw new UserError(setting + " must be left out for " + what + ", got " + value);
    }
  }

  /**
   * Answers texts.
   *
   * @param texts none blank
   * @return one answer a text, in their order
   * @throws UserError when a text is blank
   */
  public List<CalibratedAnswer> predict(List<String> texts) {
    return of(model.tokenize(PlainTexts.rows(texts)), new int[texts.size()]);
  }

  /**
   * Answers rows that were tokenised before.
   *
   * @param rows as the model reads them
   * @param headOfRow {@code [n]} index of the head that answers
   * @return one answer a row, in their order
   */
  public List<CalibratedAnswer> of(TokenizedRows rows, int[] headOfRow) {
    if (rows.size() == 0) {
      return List.of();
    }
    TextPass pass = model.pass();
    double[][] numbers;
    float[][] vectors;
    try (Scope scope = Scope.open()) {
      Positions positions = pass.positions(rows);
      Tensor states = pass.states(positions);
      numbers = pass.numbers(positions, states, headOfRow);
      vectors = rule.unknown() == null ? new float[0][] : TextVectors.arrays(states);
    }
    List<Prediction> predictions = pass.predictions(headOfRow, numbers);
    List<CalibratedAnswer> answers = new ArrayList<>(numbers.length);
    for (int row = 0; row < numbers.length; row++) {
      LabelSet classes = pass.heads().labels().heads().get(headOfRow[row]).labels();
      answers.add(
          new CalibratedAnswer(
              predictions.get(row),
              unsure(predictions.get(row)),
              vectors.length == 0 ? null : isFar(vectors[row]),
              set(classes, numbers[row])));
    }
    return answers;
  }

  private @Nullable Boolean unsure(Prediction prediction) {
    Double least = rule.threshold();
    return least == null ? null : prediction.probability() < least;
  }

  private boolean isFar(float[] vector) {
    return calibration != null && calibration.distance().score(vector) > farthest;
  }

  private @Nullable List<String> set(LabelSet classes, double[] probabilities) {
    if (calibration == null || rule.coverage() == null) {
      return null;
    }
    return Arrays.stream(calibration.sets().set(probabilities, bound))
        .mapToObj(classes::name)
        .toList();
  }
}
