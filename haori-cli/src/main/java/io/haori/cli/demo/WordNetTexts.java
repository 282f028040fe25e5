package io.haori.cli.demo;

import io.haori.inference.task.spi.Row;
import io.haori.model.chat.Conversation;
import io.haori.model.chat.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.sf.extjwnl.JWNLException;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.data.Synset;
import net.sf.extjwnl.dictionary.Dictionary;

/** What WordNet says of its words, as texts that a decoder can learn to write. */
public final class WordNetTexts {
  private static final Pattern EXAMPLE = Pattern.compile("\"([^\"]+)\"");

  /** Words of one meaning that a text names. */
  private static final int MOST_WORDS = 3;

  /** Of this many meanings one is also a question with its answer. */
  private static final int ASKED = 3;

  private WordNetTexts() {}

  /**
   * Texts such as {@code dog, domestic dog: a member of the genus Canis. The dog barked all
   * night.}, and for every third meaning a question with its answer.
   *
   * @param most how many at most; at least 1
   * @param seed decides which, where there are more
   */
  public static List<Row> read(int most, long seed) {
    List<Row> rows = new ArrayList<>();
    try {
      Dictionary dictionary = Dictionary.getDefaultResourceInstance();
      for (POS part : List.of(POS.NOUN, POS.VERB, POS.ADJECTIVE, POS.ADVERB)) {
        Iterator<Synset> synsets = dictionary.getSynsetIterator(part);
        while (synsets.hasNext()) {
          add(synsets.next(), rows);
        }
      }
    } catch (JWNLException e) {
      throw new IllegalStateException("the WordNet on the class path cannot be read", e);
    }
    Collections.shuffle(rows, new Random(seed));
    return List.copyOf(rows.subList(0, Math.min(most, rows.size())));
  }

  /** What asks for the meaning of a word. */
  public static String question(String word) {
    return "What does \"" + word + "\" mean?";
  }

  private static void add(Synset synset, List<Row> rows) {
    List<String> words = WordNetNouns.words(synset);
    String definition = WordNetNouns.definition(synset);
    if (definition.isBlank()) {
      return;
    }
    StringBuilder text = new StringBuilder();
    text.append(String.join(", ", words.subList(0, Math.min(MOST_WORDS, words.size()))));
    text.append(": ").append(definition).append('.');
    Matcher example = EXAMPLE.matcher(synset.getGloss());
    while (example.find()) {
      text.append(' ').append(sentence(example.group(1).strip()));
    }
    rows.add(new Row(text.toString(), null, null, null, rows.size() + 1L));
    if (synset.getOffset() % ASKED == 0) {
      Conversation said =
          Conversation.asking(question(words.get(0))).and(Role.ASSISTANT, sentence(definition));
      rows.add(
          new Row(said.question().shown(), said.answer(), null, null, rows.size() + 1L)
              .saying(said));
    }
  }

  private static String sentence(String text) {
    if (text.isEmpty()) {
      return text;
    }
    String begun = text.substring(0, 1).toUpperCase(Locale.ENGLISH) + text.substring(1);
    return begun.matches("(?s).*[.!?]") ? begun : begun + ".";
  }
}
