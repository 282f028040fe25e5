package io.haori.server.page.screen;

import io.haori.inference.task.spi.Prediction;
import io.haori.server.engine.Detected;
import java.util.ArrayList;
import java.util.List;

/**
 * Which label of an answer is right, as the page asks it: one of few labels by one press, one of
 * many out of a list, several by ticking them.
 *
 * @param id of the answer
 * @param detector whether a detector of anomalies answered, whose labels have words of the page
 * @param several whether several labels may be right, or none
 * @param choices labels in the order of the label set
 */
public record Question(String id, boolean detector, boolean several, List<Choice> choices) {
  /** More labels than these are a list. */
  private static final int MOST_BUTTONS = 12;

  /** How many labels can be ticked at most: more are not asked for. */
  private static final int MOST_TICKS = 100;

  /** Copies the labels. */
  public Question {
    choices = List.copyOf(choices);
  }

  /**
   * A label that can be right.
   *
   * @param label of the label set
   * @param answered whether it was answered
   */
  public record Choice(String label, boolean answered) {}

  /** Whether each label is a button. */
  public boolean byButton() {
    return !several && choices.size() <= MOST_BUTTONS;
  }

  /**
   * Whether it can be asked: not of tags of words or numbers, nor where there is too much to tick.
   */
  static boolean canBeAsked(Prediction answered, boolean several) {
    int labels = answered.probabilities().size();
    return labels > 0 && (!several || labels <= MOST_TICKS);
  }

  static Question ofDetector(String id, Detected.Scored answered) {
    List<Choice> choices = new ArrayList<>();
    for (String word : List.of(Detected.GOOD, Detected.ANOMALOUS)) {
      choices.add(new Choice(word, word.equals(answered.word())));
    }
    return new Question(id, true, false, choices);
  }

  static Question of(String id, Prediction answered, boolean several) {
    List<Choice> choices =
        answered.probabilities().keySet().stream()
            .map(label -> new Choice(label, answered.labels().contains(label)))
            .toList();
    return new Question(id, false, several, choices);
  }
}
