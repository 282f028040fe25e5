package io.haori.inference.task.regression;

import io.haori.analysis.comparison.Answers;
import io.haori.analysis.metrics.RegressionScores;
import io.haori.analysis.metrics.Scores;
import io.haori.inference.task.spi.AnswerFormat;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.TargetScale;
import io.haori.inference.task.spi.Task;
import io.haori.inference.task.spi.TransformersTask;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One number a text, learnt in units of its deviation by the squared error. The target of a row is
 * its number.
 */
public record RegressionTask() implements Task {
  /** Beyond this no data has its numbers, and squares are not far from overflow. */
  public static final double MOST = 1e15;

  @Override
  public String name() {
    return "regression";
  }

  @Override
  public String field() {
    return "label";
  }

  @Override
  public int leastClasses() {
    return 0;
  }

  @Override
  public boolean accepts(Label label) {
    return label instanceof Label.Numeric;
  }

  @Override
  public Label label(
      @Nullable Object value,
      @Nullable List<String> words,
      Function<String, ? extends RuntimeException> error) {
    if (!(value instanceof Number number)) {
      throw error.apply(
          value == null ? "label is missing" : "label must be a number, got " + value);
    }
    double label = number.doubleValue();
    if (!Double.isFinite(label)) {
      throw error.apply("label must be finite, got " + value);
    }
    if (Math.abs(label) > MOST) {
      throw error.apply("label must be between -1e15 and 1e15, got " + value);
    }
    return new Label.Numeric(label);
  }

  @Override
  public Label checked(
      Label label,
      @Nullable List<String> words,
      Function<String, ? extends RuntimeException> error) {
    return label(((Label.Numeric) label).value(), words, error);
  }

  @Override
  public int outputs(LabelSet classes) {
    return 1;
  }

  @Override
  public double[] target(Label label, ToIntFunction<String> indexOf, int classes) {
    return new double[] {((Label.Numeric) label).value()};
  }

  @Override
  public TargetScale scale(List<double[]> targets) {
    return TargetScale.of(targets.stream().mapToDouble(target -> target[0]).toArray());
  }

  @Override
  public Tensor lossSum(Tensor scores, double[][] targets, TargetScale scale) {
    float[] values = new float[targets.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) scale.standard(targets[i][0]);
    }
    return scores.sub(Tensors.of(values, values.length, 1)).square().sum();
  }

  @Override
  public double loss(double[] target, double[] answer) {
    double error = answer[0] - target[0];
    return error * error;
  }

  @Override
  public double[][] answers(Tensor scores, TargetScale scale) {
    double[][] answers = Task.rows(scores);
    for (double[] answer : answers) {
      answer[0] = scale.inUnit(answer[0]);
    }
    return answers;
  }

  @Override
  public double[][] logits(Tensor scores, TargetScale scale) {
    return answers(scores, scale);
  }

  @Override
  public Prediction prediction(LabelSet classes, double[] answer) {
    return Prediction.number(answer[0]);
  }

  @Override
  public boolean right(double[] target, double[] answer) {
    return target[0] == answer[0];
  }

  @Override
  public String mainScore() {
    return "pearson";
  }

  @Override
  public String comparedScore() {
    return mainScore();
  }

  @Override
  public Scores scores(AnsweredRows rows) {
    return RegressionScores.of(truth(rows), predicted(rows));
  }

  @Override
  public Answers comparedBy() {
    return Answers.NUMBERS;
  }

  @Override
  public double[] truth(AnsweredRows rows) {
    return rows.targets().values();
  }

  @Override
  public double[] predicted(AnsweredRows rows) {
    return Arrays.stream(rows.answers()).mapToDouble(answer -> answer[0]).toArray();
  }

  @Override
  public AnswerFormat<Prediction> format() {
    return NumberFormat.INSTANCE;
  }

  @Override
  public TransformersTask transformers() {
    return TransformersTask.sequence("regression");
  }
}
