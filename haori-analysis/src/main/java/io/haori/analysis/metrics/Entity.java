package io.haori.analysis.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A run of words with a type, as tags mark it.
 *
 * @param type for example {@code PER}; {@code _} for tags without a type
 * @param first its first word, counted from 0
 * @param last its last word
 */
public record Entity(String type, int first, int last) {
  /** The tag of a word outside all entities. */
  public static final String OUTSIDE = "O";

  private static final Pattern MARKS = Pattern.compile("[BIES](-.+)?");

  /**
   * Whether tags mark entities (BIO, IOB2, IOBES) and are not plain classes of words.
   *
   * @param tags all that there are
   */
  public static boolean areMarked(Iterable<String> tags) {
    boolean any = false;
    for (String tag : tags) {
      if (tag.equals(OUTSIDE)) {
        continue;
      }
      if (!MARKS.matcher(tag).matches()) {
        return false;
      }
      any = true;
    }
    return any;
  }

  /**
   * The entities of a text, as seqeval's default mode finds them: an {@code I-} that follows no
   * word of its type begins an entity, too, and a change of type ends one.
   *
   * @param tags {@code [words]}
   * @return in their order
   */
  public static List<Entity> of(List<String> tags) {
    List<Entity> entities = new ArrayList<>();
    String before = OUTSIDE;
    int first = 0;
    for (int word = 0; word <= tags.size(); word++) {
      String tag = word == tags.size() ? OUTSIDE : tags.get(word);
      if (ends(before, tag)) {
        entities.add(new Entity(type(before), first, word - 1));
      }
      if (begins(before, tag)) {
        first = word;
      }
      before = tag;
    }
    return entities;
  }

  /**
   * Every word that is not outside as an entity of its own, for tags that are plain classes.
   *
   * @param tags {@code [words]}
   */
  public static List<Entity> ofWords(List<String> tags) {
    List<Entity> entities = new ArrayList<>();
    for (int word = 0; word < tags.size(); word++) {
      if (!tags.get(word).equals(OUTSIDE)) {
        entities.add(new Entity(tags.get(word), word, word));
      }
    }
    return entities;
  }

  private static boolean ends(String before, String tag) {
    char was = before.charAt(0);
    char is = tag.charAt(0);
    boolean closed = was == 'E' || was == 'S';
    boolean open = was == 'B' || was == 'I';
    boolean fresh = is == 'B' || is == 'S' || is == 'O';
    return closed || (open && fresh) || (was != 'O' && !type(before).equals(type(tag)));
  }

  private static boolean begins(String before, String tag) {
    char was = before.charAt(0);
    char is = tag.charAt(0);
    boolean afterEnd = was == 'E' || was == 'S' || was == 'O';
    return is == 'B'
        || is == 'S'
        || (afterEnd && (is == 'E' || is == 'I'))
        || (is != 'O' && !type(before).equals(type(tag)));
  }

  private static String type(String tag) {
    int dash = tag.indexOf('-');
    String type = dash < 0 ? tag.substring(1) : tag.substring(dash + 1);
    return type.isEmpty() ? "_" : type;
  }
}
