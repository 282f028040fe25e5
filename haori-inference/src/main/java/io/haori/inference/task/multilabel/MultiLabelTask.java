package io.haori.inference.task.multilabel;

import static io.haori.core.check.Check.require;

import io.haori.analysis.comparison.Answers;
import io.haori.analysis.metrics.MultiLabelScores;
import io.haori.analysis.metrics.Scores;
import io.haori.inference.task.spi.AnswerFormat;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.TargetScale;
import io.haori.inference.task.spi.Task;
import io.haori.inference.task.spi.TransformersTask;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Any number of labels a text: a sigmoid for each label, binary cross entropy averaged over the
 * labels, as transformers computes {@code problem_type=multi_label_classification}. The target of a
 * row is 1 for each label that it has, else 0.
 *
 * @param threshold probability from which a label is answered; in (0, 1)
 */
public record MultiLabelTask(double threshold) implements Task {
  /** The usual threshold. */
  public static final double USUAL_THRESHOLD = 0.5;

  /** Between the labels in one text, such as a table's cell. */
  private static final Pattern SEPARATORS = Pattern.compile("[;|；｜]");

  private static final double LEAST = 1e-38;

  /** Checks the bound. */
  public MultiLabelTask {
    require(threshold > 0 && threshold < 1, "threshold", "in (0, 1)", threshold);
  }

  /** With the usual threshold. */
  public MultiLabelTask() {
    this(USUAL_THRESHOLD);
  }

  @Override
  public Task at(double newThreshold) {
    return new MultiLabelTask(newThreshold);
  }

  @Override
  public String name() {
    return "multi-label";
  }

  @Override
  public String field() {
    return "labels";
  }

  @Override
  public int leastClasses() {
    return 1;
  }

  @Override
  public boolean accepts(Label label) {
    return label instanceof LabelNames;
  }

  /**
   * A list of names, or one text with {@code ;} or {@code |} between them; an empty one has none.
   */
  @Override
  public Label label(
      @Nullable Object value,
      @Nullable List<String> words,
      Function<String, ? extends RuntimeException> error) {
    if (value instanceof String text) {
      return new LabelNames(
          SEPARATORS.splitAsStream(text).filter(name -> !name.isBlank()).toList());
    }
    if (!(value instanceof List<?> list)) {
      throw error.apply(
          value == null
              ? "labels is missing; a text without labels has []"
              : "labels must be a list such as [\"a\", \"b\"], got " + value);
    }
    List<String> names = new ArrayList<>();
    for (Object name : list) {
      if (!(name instanceof String text) || text.isBlank()) {
        throw error.apply(
            "labels must be names that are not blank, got "
                + (name instanceof String ? "a blank one" : name)
                + " at position "
                + (names.size() + 1));
      }
      names.add(text);
    }
    return new LabelNames(names);
  }

  @Override
  public Label checked(
      Label label,
      @Nullable List<String> words,
      Function<String, ? extends RuntimeException> error) {
    return label(((LabelNames) label).names(), words, error);
  }

  @Override
  public int outputs(LabelSet classes) {
    return classes.size();
  }

  @Override
  public double[] target(Label label, ToIntFunction<String> indexOf, int classes) {
    double[] target = new double[classes];
    label.names().forEach(name -> target[indexOf.applyAsInt(name)] = 1);
    return target;
  }

  /**
   * The mean over labels of {@code max(s, 0) − s·y + log(1 + exp(−|s|))}, summed over positions:
   * the binary cross entropy of {@code sigmoid(s)}, which cannot overflow in this form.
   */
  @Override
  public Tensor lossSum(Tensor scores, double[][] targets, TargetScale scale) {
    int outputs = (int) scores.shape()[1];
    float[] flat = new float[targets.length * outputs];
    for (int row = 0; row < targets.length; row++) {
      for (int k = 0; k < outputs; k++) {
        flat[row * outputs + k] = (float) targets[row][k];
      }
    }
    Tensor wanted = Tensors.of(flat, targets.length, outputs);
    Tensor rest = scores.abs().mul(-1).exp().add(1).log();
    return scores.relu().sub(scores.mul(wanted)).add(rest).sum().mul(1.0 / outputs);
  }

  /** A label that the model does not know counts as one that it gives no probability. */
  @Override
  public double loss(double[] target, double[] answer) {
    double sum = 0;
    for (int k = 0; k < target.length; k++) {
      double probability = k < answer.length ? answer[k] : 0;
      double right = target[k] == 1 ? probability : 1 - probability;
      sum -= Math.log(Math.max(right, LEAST));
    }
    return sum / target.length;
  }

  @Override
  public double[][] answers(Tensor scores, TargetScale scale) {
    return Task.rows(scores.sigmoid());
  }

  @Override
  public Prediction prediction(LabelSet classes, double[] answer) {
    Map<String, Double> probabilities = new LinkedHashMap<>();
    List<String> labels = new ArrayList<>();
    List<Double> labelProbabilities = new ArrayList<>();
    for (int k = 0; k < answer.length; k++) {
      probabilities.put(classes.name(k), answer[k]);
      if (answer[k] >= threshold) {
        labels.add(classes.name(k));
        labelProbabilities.add(answer[k]);
      }
    }
    int best = AnsweredRows.greatest(answer, 0, answer.length);
    return new Prediction(
        classes.name(best), answer[best], probabilities, Double.NaN, labels, labelProbabilities);
  }

  @Override
  public boolean right(double[] target, double[] answer) {
    for (int k = 0; k < target.length; k++) {
      boolean answered = k < answer.length && answer[k] >= threshold;
      if (answered != (target[k] == 1)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String mainScore() {
    return "microF1";
  }

  /** Twice the right labels over those that are right and those that were answered. */
  @Override
  public Optional<double[][]> shares(AnsweredRows rows) {
    double[][] shares = new double[2][rows.answers().length];
    for (int row = 0; row < rows.answers().length; row++) {
      double[] target = rows.targets().of(row);
      for (int k = 0; k < target.length; k++) {
        boolean answered = k < rows.answers()[row].length && rows.answers()[row][k] >= threshold;
        shares[0][row] += answered && target[k] == 1 ? 2 : 0;
        shares[1][row] += target[k] + (answered ? 1 : 0);
      }
    }
    return Optional.of(shares);
  }

  @Override
  public Scores scores(AnsweredRows rows) {
    DomainLabels labels = rows.labels();
    List<String> names = names(rows);
    int[] offsets = rows.targets().offsets(labels);
    int known = names.size() - rows.targets().unknown().size();
    boolean[][] truth = new boolean[rows.answers().length][names.size()];
    boolean[][] answered = new boolean[truth.length][names.size()];
    for (int row = 0; row < truth.length; row++) {
      int head = rows.targets().heads()[row];
      double[] target = rows.targets().of(row);
      int outputs = labels.outputs(head);
      for (int k = 0; k < target.length; k++) {
        int at = k < outputs ? offsets[head] + k : known + k - outputs;
        truth[row][at] = target[k] == 1;
        answered[row][at] = k < outputs && rows.answers()[row][k] >= threshold;
      }
    }
    return MultiLabelScores.of(names, truth, answered);
  }

  /** The labels of all heads one after another, then those that no head knows. */
  private static List<String> names(AnsweredRows rows) {
    List<String> names = new ArrayList<>();
    for (DomainLabels.Head head : rows.labels().heads()) {
      String before = rows.labels().size() == 1 ? "" : head.domain() + "/";
      head.labels().names().forEach(name -> names.add(before + name));
    }
    names.addAll(rows.targets().unknown());
    return names;
  }

  @Override
  public String comparedScore() {
    return mainScore();
  }

  @Override
  public Answers comparedBy() {
    return Answers.SHARES;
  }

  @Override
  public AnswerFormat<Prediction> format() {
    return LabelsFormat.INSTANCE;
  }

  @Override
  public TransformersTask transformers() {
    return TransformersTask.sequence("multi_label_classification");
  }

  /** All that is equal but for the threshold asks the same of a head. */
  @Override
  public boolean equals(Object other) {
    return other instanceof MultiLabelTask;
  }

  @Override
  public int hashCode() {
    return MultiLabelTask.class.hashCode();
  }
}
