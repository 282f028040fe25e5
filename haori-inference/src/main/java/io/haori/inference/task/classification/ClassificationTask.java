package io.haori.inference.task.classification;

import io.haori.analysis.metrics.ClassificationScores;
import io.haori.analysis.metrics.ConfusionMatrix;
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
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One class out of a label set: softmax over the scores, cross entropy in nats. The target of a row
 * is the index of its class.
 */
public record ClassificationTask() implements Task {
  /**
   * The least probability that a logarithm is taken of: what F32 can still distinguish from zero.
   */
  private static final double LEAST = 1e-38;

  /** A number with more digits is named with an exponent. */
  private static final int MOST_DIGITS = 40;

  @Override
  public String name() {
    return "classification";
  }

  @Override
  public String field() {
    return "label";
  }

  @Override
  public int leastClasses() {
    return 2;
  }

  @Override
  public boolean accepts(Label label) {
    return label instanceof Label.ClassName;
  }

  /** A name; a number of JSON becomes its shortest name, so that 10 and 10.0 are one. */
  @Override
  public Label label(
      @Nullable Object value,
      @Nullable List<String> words,
      Function<String, ? extends RuntimeException> error) {
    if (value instanceof BigDecimal number) {
      BigDecimal shortest = number.stripTrailingZeros();
      boolean plain = Math.abs(shortest.scale()) <= MOST_DIGITS;
      return new Label.ClassName(plain ? shortest.toPlainString() : shortest.toString());
    }
    String name = value == null ? "" : value.toString().strip();
    if (name.isEmpty()) {
      throw error.apply(value == null ? "label is missing" : "label must not be blank");
    }
    return new Label.ClassName(name);
  }

  @Override
  public Label checked(
      Label label,
      @Nullable List<String> words,
      Function<String, ? extends RuntimeException> error) {
    return label(((Label.ClassName) label).name(), words, error);
  }

  @Override
  public int outputs(LabelSet classes) {
    return classes.size();
  }

  @Override
  public double[] target(Label label, ToIntFunction<String> indexOf, int classes) {
    return new double[] {indexOf.applyAsInt(((Label.ClassName) label).name())};
  }

  @Override
  public Tensor lossSum(Tensor scores, double[][] targets, TargetScale scale) {
    long[] classes = Arrays.stream(targets).mapToLong(target -> (long) target[0]).toArray();
    return scores.logSoftmax().gather(1, Tensors.of(classes, classes.length, 1)).sum().mul(-1);
  }

  /** A class that the model does not know has no probability. */
  @Override
  public double loss(double[] target, double[] answer) {
    int wanted = (int) target[0];
    double right = wanted < answer.length ? answer[wanted] : 0;
    return -Math.log(Math.max(right, LEAST));
  }

  @Override
  public double[][] answers(Tensor scores, TargetScale scale) {
    return Task.rows(scores.softmax());
  }

  @Override
  public Prediction prediction(LabelSet classes, double[] answer) {
    Map<String, Double> probabilities = new LinkedHashMap<>();
    for (int k = 0; k < answer.length; k++) {
      probabilities.put(classes.name(k), answer[k]);
    }
    int best = best(answer);
    return Prediction.ofClass(classes.name(best), answer[best], probabilities);
  }

  private static int best(double[] answer) {
    return AnsweredRows.greatest(answer, 0, answer.length);
  }

  @Override
  public boolean right(double[] target, double[] answer) {
    return best(answer) == (int) target[0];
  }

  @Override
  public String mainScore() {
    return "accuracy";
  }

  @Override
  public String comparedScore() {
    return mainScore();
  }

  @Override
  public Scores scores(AnsweredRows rows) {
    return ClassificationScores.of(confusion(rows));
  }

  /**
   * Counts of right class × predicted class, the classes of all heads one after another. Labels
   * that no head knows come last; their rows are errors.
   */
  public static ConfusionMatrix confusion(AnsweredRows rows) {
    return ConfusionMatrix.of(
        rows.targets().acrossHeads(rows.labels()),
        predictedClasses(rows),
        rows.targets().classCount(rows.labels()));
  }

  /** For each row the predicted class, those of all heads counted one after another. */
  public static int[] predictedClasses(AnsweredRows rows) {
    int[] predicted = Arrays.stream(rows.answers()).mapToInt(ClassificationTask::best).toArray();
    return rows.targets().acrossHeads(rows.labels(), predicted);
  }

  @Override
  public double[] truth(AnsweredRows rows) {
    return Arrays.stream(rows.targets().acrossHeads(rows.labels())).asDoubleStream().toArray();
  }

  @Override
  public double[] predicted(AnsweredRows rows) {
    return Arrays.stream(predictedClasses(rows)).asDoubleStream().toArray();
  }

  @Override
  public double[] confidence(AnsweredRows rows) {
    return Arrays.stream(rows.answers()).mapToDouble(answer -> answer[best(answer)]).toArray();
  }

  @Override
  public AnswerFormat<Prediction> format() {
    return ClassFormat.INSTANCE;
  }

  @Override
  public TransformersTask transformers() {
    return TransformersTask.sequence("single_label_classification");
  }
}
