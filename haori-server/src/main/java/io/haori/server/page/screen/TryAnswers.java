package io.haori.server.page.screen;

import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.Thumbnail;
import io.haori.server.engine.Computed;
import io.haori.server.engine.Detected;
import io.haori.server.engine.ServedVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Answers to one text or picture as the screen shows them. */
public final class TryAnswers {
  private static final int MOST_LABELS = 10;

  private TryAnswers() {}

  /**
   * An answer.
   *
   * @param title what was asked
   * @param version whose head answered
   * @param shortDigest the beginning of its digest
   * @param label the answer; empty for tags and failures
   * @param bars probabilities, the largest first
   * @param tags of words; none but for a tagger
   * @param more how many labels are left out
   * @param verdict of a detector of anomalies; none for others
   * @param looked where the model looked at a picture, as an address; empty for none
   * @param question asks which label is right; none where the answer may get no feedback
   * @param problem why there is no answer; empty when there is one
   */
  public record Answer(
      String title,
      String version,
      String shortDigest,
      String label,
      List<Bar> bars,
      List<Tag> tags,
      int more,
      List<Verdict> verdict,
      String looked,
      List<Question> question,
      String problem) {
    /** The same with where the model looked. */
    Answer looking(String newLooked) {
      return new Answer(
          title,
          version,
          shortDigest,
          label,
          bars,
          tags,
          more,
          verdict,
          newLooked,
          question,
          problem);
    }

    /** The same with a question about it. */
    Answer asking(Question newQuestion) {
      return new Answer(
          title,
          version,
          shortDigest,
          label,
          bars,
          tags,
          more,
          verdict,
          looked,
          List.of(newQuestion),
          problem);
    }
  }

  /**
   * What a detector says.
   *
   * @param anomalous whether the picture is
   * @param score of it
   * @param threshold above which a picture is anomalous
   */
  public record Verdict(boolean anomalous, String score, String threshold) {}

  /**
   * A probability.
   *
   * @param label of it
   * @param percent as text
   * @param width of its bar, in percent of the whole
   * @param answered whether the label is (part of) the answer
   */
  public record Bar(String label, String percent, String width, boolean answered) {}

  /**
   * A word's tag.
   *
   * @param word of the text
   * @param tag empty for a word that was cut
   * @param percent its probability as text, empty for a word that was cut
   */
  public record Tag(String word, String tag, String percent) {}

  static Answer failed(String title, ServedVersion version, String problem) {
    return new Answer(
        title,
        version.toString(),
        Words.shortDigest(version.digest()),
        "",
        List.of(),
        List.of(),
        0,
        List.of(),
        "",
        List.of(),
        problem);
  }

  static Answer of(String title, ServedVersion version, Detected detected) {
    Detected.Scored one = detected.pictures().get(0);
    Verdict verdict =
        new Verdict(
            one.anomalous(),
            String.format(Locale.ROOT, "%.4g", one.score()),
            String.format(Locale.ROOT, "%.4g", detected.threshold()));
    return new Answer(
        title,
        version.toString(),
        Words.shortDigest(version.digest()),
        "",
        List.of(),
        List.of(),
        0,
        List.of(verdict),
        one.map() == null ? "" : Thumbnail.of(one.map(), Thumbnail.LARGE).address(),
        List.of(),
        "");
  }

  static Answer of(String title, ServedVersion version, Row row, Computed computed) {
    Prediction prediction = computed.predictions().get(0);
    boolean tagged = Double.isNaN(prediction.value()) && prediction.probabilities().isEmpty();
    List<Bar> bars = bars(prediction);
    return new Answer(
        title,
        version.toString(),
        Words.shortDigest(version.digest()),
        tagged ? "" : label(prediction),
        bars,
        tagged ? tags(row, prediction) : List.of(),
        prediction.probabilities().size() - bars.size(),
        List.of(),
        "",
        List.of(),
        "");
  }

  private static String label(Prediction prediction) {
    return Double.isNaN(prediction.value())
        ? String.join(", ", prediction.labels())
        : prediction.label();
  }

  private static List<Bar> bars(Prediction prediction) {
    return prediction.probabilities().entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
        .limit(MOST_LABELS)
        .map(
            one ->
                new Bar(
                    one.getKey(),
                    Words.percent(one.getValue()),
                    String.format(Locale.ROOT, "%.2f", 100 * one.getValue()),
                    prediction.labels().contains(one.getKey())))
        .toList();
  }

  private static List<Tag> tags(Row row, Prediction prediction) {
    List<String> words = row.wordsOrSplit();
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String tag = i < prediction.labels().size() ? prediction.labels().get(i) : "";
      tags.add(
          new Tag(
              words.get(i),
              tag,
              tag.isEmpty() ? "" : Words.percent(prediction.labelProbabilities().get(i))));
    }
    return tags;
  }
}
