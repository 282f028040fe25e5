package io.haori.inference.task.tagging;

import io.haori.analysis.comparison.Answers;
import io.haori.analysis.metrics.Entity;
import io.haori.analysis.metrics.EntityScores;
import io.haori.analysis.metrics.Scores;
import io.haori.inference.task.spi.AnswerFormat;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.TargetScale;
import io.haori.inference.task.spi.Task;
import io.haori.inference.task.spi.TransformersTask;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One tag a word, such as {@code B-PER}: the head reads the state of each word's first token, as
 * transformers' token classifiers do when the other tokens have the label −100; cross entropy in
 * nats, averaged over words. The target of a row is the index of each word's tag.
 */
public record TaggingTask() implements Task {
  private static final double LEAST = 1e-38;

  @Override
  public String name() {
    return "tagging";
  }

  @Override
  public String field() {
    return "tags";
  }

  @Override
  public boolean readsWords() {
    return true;
  }

  @Override
  public int leastClasses() {
    return 2;
  }

  @Override
  public boolean accepts(Label label) {
    return label instanceof WordTags;
  }

  /** A list with a tag for each word, or one text with blanks between the tags. */
  @Override
  public Label label(
      @Nullable Object value,
      @Nullable List<String> words,
      Function<String, ? extends RuntimeException> error) {
    if (words == null) {
      throw error.apply("tokens is missing");
    }
    if (value instanceof String text) {
      return sameLength(Row.wordsOf(text), words, error);
    }
    if (!(value instanceof List<?> list)) {
      throw error.apply(
          value == null
              ? "tags is missing"
              : "tags must be a list such as [\"B-PER\", \"O\"], got " + value);
    }
    List<String> tags = new ArrayList<>();
    for (Object tag : list) {
      if (!(tag instanceof String text) || text.isBlank()) {
        throw error.apply(
            "tags must be names that are not blank, got "
                + (tag instanceof String ? "a blank one" : tag)
                + " at position "
                + (tags.size() + 1));
      }
      tags.add(text);
    }
    return sameLength(tags, words, error);
  }

  private static Label sameLength(
      List<String> tags, List<String> words, Function<String, ? extends RuntimeException> error) {
    if (tags.size() != words.size()) {
      throw error.apply(
          "tags must be as many as tokens, got "
              + tags.size()
              + " tags for "
              + words.size()
              + " tokens");
    }
    return new WordTags(tags);
  }

  @Override
  public Label checked(
      Label label,
      @Nullable List<String> words,
      Function<String, ? extends RuntimeException> error) {
    return label(((WordTags) label).names(), words, error);
  }

  @Override
  public int outputs(LabelSet classes) {
    return classes.size();
  }

  @Override
  public double[] target(Label label, ToIntFunction<String> indexOf, int classes) {
    return label.names().stream().mapToDouble(indexOf::applyAsInt).toArray();
  }

  @Override
  public double[] targetAt(double[] target, int place) {
    return new double[] {target[place]};
  }

  @Override
  public Tensor lossSum(Tensor scores, double[][] targets, TargetScale scale) {
    long[] tags = Arrays.stream(targets).mapToLong(target -> (long) target[0]).toArray();
    return scores.logSoftmax().gather(1, Tensors.of(tags, tags.length, 1)).sum().mul(-1);
  }

  /** The mean over the words that were read; 0 where none was. */
  @Override
  public double loss(double[] target, double[] answer) {
    int outputs = outputs(target, answer);
    double sum = 0;
    int read = 0;
    for (int word = 0; word < target.length; word++) {
      if (isRead(answer, word, outputs)) {
        double right = target[word] < outputs ? answer[word * outputs + (int) target[word]] : 0;
        sum -= Math.log(Math.max(right, LEAST));
        read++;
      }
    }
    return read == 0 ? 0 : sum / read;
  }

  private static int outputs(double[] target, double[] answer) {
    return target.length == 0 ? 0 : answer.length / target.length;
  }

  private static boolean isRead(double[] answer, int word, int outputs) {
    return !Double.isNaN(answer[word * outputs]);
  }

  @Override
  public double[][] answers(Tensor scores, TargetScale scale) {
    return Task.rows(scores.softmax());
  }

  /** A word that was cut has the tag of no name. */
  @Override
  public Prediction prediction(LabelSet classes, double[] answer) {
    int outputs = classes.size();
    List<String> tags = new ArrayList<>();
    List<Double> probabilities = new ArrayList<>();
    for (int word = 0; word < answer.length / outputs; word++) {
      boolean read = isRead(answer, word, outputs);
      int best = AnsweredRows.greatest(answer, word * outputs, outputs);
      tags.add(read ? classes.name(best) : "");
      probabilities.add(read ? answer[word * outputs + best] : Double.NaN);
    }
    return new Prediction(
        String.join(" ", tags).strip(), Double.NaN, Map.of(), Double.NaN, tags, probabilities);
  }

  /** A word that was cut is not right. */
  @Override
  public boolean right(double[] target, double[] answer) {
    int outputs = outputs(target, answer);
    for (int word = 0; word < target.length; word++) {
      if (!isRead(answer, word, outputs)
          || AnsweredRows.greatest(answer, word * outputs, outputs) != (int) target[word]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String mainScore() {
    return "f1";
  }

  /** Words that were cut count as outside. */
  @Override
  public Scores scores(AnsweredRows rows) {
    Tags tags = tags(rows);
    return EntityScores.of(tags.truth(), tags.answered(), tags.marked());
  }

  /** Twice the right entities over those that are right and those that were answered. */
  @Override
  public Optional<double[][]> shares(AnsweredRows rows) {
    Tags tags = tags(rows);
    return Optional.of(EntityScores.shares(tags.truth(), tags.answered(), tags.marked()));
  }

  /** The right and the answered tags of each text, and whether they mark entities. */
  private record Tags(List<List<String>> truth, List<List<String>> answered, boolean marked) {}

  private Tags tags(AnsweredRows rows) {
    List<List<String>> truth = new ArrayList<>();
    List<List<String>> answered = new ArrayList<>();
    TreeSet<String> all = new TreeSet<>();
    for (int row = 0; row < rows.answers().length; row++) {
      DomainLabels.Head head = rows.labels().heads().get(rows.targets().heads()[row]);
      all.addAll(head.labels().names());
      List<String> right = new ArrayList<>();
      for (double tag : rows.targets().of(row)) {
        right.add(name(rows, head, (int) tag));
      }
      List<String> said =
          prediction(head.labels(), rows.answers()[row]).labels().stream()
              .map(tag -> tag.isEmpty() ? Entity.OUTSIDE : tag)
              .toList();
      all.addAll(right);
      truth.add(right);
      answered.add(said);
    }
    return new Tags(truth, answered, Entity.areMarked(all));
  }

  private static String name(AnsweredRows rows, DomainLabels.Head head, int tag) {
    int known = head.labels().size();
    if (tag < known) {
      return head.labels().name(tag);
    }
    String shown = rows.targets().unknown().get(tag - known);
    return rows.labels().size() == 1 ? shown : shown.substring(head.domain().length() + 1);
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
    return TagsFormat.INSTANCE;
  }

  @Override
  public TransformersTask transformers() {
    return TransformersTask.tokens();
  }
}
