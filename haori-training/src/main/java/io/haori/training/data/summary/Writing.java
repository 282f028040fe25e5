package io.haori.training.data.summary;

import io.haori.inference.task.spi.Row;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * In which writing texts are, by their letters: what can be said of languages without a model. Han
 * letters are Japanese where the texts have kana, too.
 *
 * @param shares of the letters by writing, the most frequent first, in (0, 1]
 */
public record Writing(List<Share> shares) {
  /** Less is a name or a unit here and there. */
  private static final double LEAST = 0.01;

  /** A writing. */
  public enum Script {
    LATIN("Latin letters"),
    JAPANESE("Japanese letters"),
    CHINESE("Chinese letters"),
    KOREAN("Korean letters"),
    CYRILLIC("Cyrillic letters"),
    OTHER("other letters");

    private final String words;

    Script(String words) {
      this.words = words;
    }

    /** What people call it. */
    public String words() {
      return words;
    }
  }

  /**
   * How much of the letters is in a writing.
   *
   * @param script the writing
   * @param share in (0, 1]
   */
  public record Share(Script script, double share) {}

  /** Copies the list. */
  public Writing {
    shares = List.copyOf(shares);
  }

  /** The writing of rows; empty where they have no letters. */
  public static Writing of(List<Row> rows) {
    Map<Script, Long> counts = new EnumMap<>(Script.class);
    long han = 0;
    long letters = 0;
    for (Row row : rows) {
      String pair = row.textPair();
      String text = pair == null ? row.text() : row.text() + pair;
      for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
        int point = text.codePointAt(i);
        if (Character.isLetter(point)) {
          letters++;
          UnicodeScript script = UnicodeScript.of(point);
          if (script == UnicodeScript.HAN) {
            han++;
          } else {
            counts.merge(scriptOf(script), 1L, Long::sum);
          }
        }
      }
    }
    if (han > 0) {
      counts.merge(
          counts.containsKey(Script.JAPANESE) ? Script.JAPANESE : Script.CHINESE, han, Long::sum);
    }
    List<Share> shares = new ArrayList<>();
    for (Map.Entry<Script, Long> one : counts.entrySet()) {
      double share = (double) one.getValue() / letters;
      if (share >= LEAST) {
        shares.add(new Share(one.getKey(), share));
      }
    }
    shares.sort((one, other) -> Double.compare(other.share(), one.share()));
    return new Writing(shares);
  }

  private static Script scriptOf(UnicodeScript script) {
    return switch (script) {
      case LATIN -> Script.LATIN;
      case HIRAGANA, KATAKANA, COMMON -> Script.JAPANESE;
      case HANGUL -> Script.KOREAN;
      case CYRILLIC -> Script.CYRILLIC;
      default -> Script.OTHER;
    };
  }
}
