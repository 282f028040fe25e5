package io.haori.langchain4j;

import static io.haori.core.check.Check.require;

import dev.langchain4j.classification.ClassificationResult;
import dev.langchain4j.classification.ScoredLabel;
import dev.langchain4j.classification.TextClassifier;
import io.haori.core.text.Classification;
import io.haori.core.text.Classifier;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Labels of texts with their probabilities, the most probable one first. Any number of threads may
 * use one.
 *
 * @param <L> what a label is in the program
 */
public final class HaoriTextClassifier<L> implements TextClassifier<L> {
  private final Classifier classifier;
  private final Function<String, L> labels;

  private HaoriTextClassifier(Classifier classifier, Function<String, L> labels) {
    this.classifier = classifier;
    this.labels = labels;
  }

  /**
   * Labels by their names.
   *
   * @param classifier of classes; stays with its owner
   */
  public static HaoriTextClassifier<String> ofNames(Classifier classifier) {
    return new HaoriTextClassifier<>(classifier, Function.identity());
  }

  /**
   * Labels as constants of an enum that have their names, in small letters or large ones, with
   * {@code _} in the place of blanks and hyphens.
   *
   * @param classifier of classes; stays with its owner
   * @param type of the constants
   * @param <E> the enum
   */
  public static <E extends Enum<E>> HaoriTextClassifier<E> ofEnum(
      Classifier classifier, Class<E> type) {
    return new HaoriTextClassifier<>(classifier, name -> constant(type, name));
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name) {
    String wanted = name.toUpperCase(Locale.ROOT).replace(' ', '_').replace('-', '_');
    for (E one : type.getEnumConstants()) {
      if (one.name().toUpperCase(Locale.ROOT).equals(wanted)) {
        return one;
      }
    }
    require(false, "label", "one of " + List.of(type.getEnumConstants()), name);
    throw new AssertionError();
  }

  /** The labels that apply: of one class a text this class alone. */
  @Override
  public List<L> classify(String text) {
    Classification answer = answer(text);
    return answer.labels().stream().map(labels).toList();
  }

  /** All labels that the answer has, with their probabilities. */
  @Override
  public ClassificationResult<L> classifyWithScores(String text) {
    List<ScoredLabel<L>> scored = new ArrayList<>();
    answer(text).probabilities().entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
        .forEach(one -> scored.add(new ScoredLabel<>(labels.apply(one.getKey()), one.getValue())));
    return new ClassificationResult<>(scored);
  }

  private Classification answer(String text) {
    Classification answer = classifier.classify(text);
    require(
        Double.isNaN(answer.value()),
        "classifier",
        "one that answers classes",
        classifier.name() + ", a regression");
    return answer;
  }
}
