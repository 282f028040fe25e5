package io.haori.training.machine;

import static io.haori.core.check.Check.require;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * In which precision a decoder writes fastest here. Nothing takes integers by itself: how much
 * worse their texts are, only their reader can say.
 *
 * @param fastest of those that were measured for one text
 * @param dense the fastest of those that round nothing
 */
public record WritingChoice(WritingTime fastest, WritingTime dense) {
  /**
   * Chooses.
   *
   * @param times at least one of a single text in floats
   */
  public static WritingChoice of(List<WritingTime> times) {
    List<WritingTime> alone = times.stream().filter(time -> time.texts() == 1).toList();
    require(!alone.isEmpty(), "times", "at least one", 0);
    WritingTime fastest = fastest(alone);
    List<WritingTime> floats =
        alone.stream().filter(time -> !time.precision().startsWith("int")).toList();
    return new WritingChoice(fastest, floats.isEmpty() ? fastest : fastest(floats));
  }

  private static WritingTime fastest(List<WritingTime> times) {
    return times.stream().min(Comparator.comparingDouble(WritingTime::milliseconds)).orElseThrow();
  }

  /** What follows, as a sentence. */
  public String sentence() {
    String setting = new ComputeSetting(fastest.precision(), fastest.threads()).words();
    if (fastest.equals(dense)) {
      return String.format(
          Locale.ROOT,
          "A text is written fastest with %s: %.1f tokens a second.",
          setting,
          fastest.tokensPerSecond());
    }
    return String.format(
        Locale.ROOT,
        "A text is written fastest with %s: %.1f tokens a second, with %s %.1f; %s rounds the base,"
            + " so read its texts before you rely on them.",
        setting,
        fastest.tokensPerSecond(),
        dense.precision(),
        dense.tokensPerSecond(),
        fastest.precision());
  }
}
