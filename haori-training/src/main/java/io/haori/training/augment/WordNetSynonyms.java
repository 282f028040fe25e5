package io.haori.training.augment;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import net.sf.extjwnl.JWNLException;
import net.sf.extjwnl.data.IndexWord;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.data.Synset;
import net.sf.extjwnl.dictionary.Dictionary;

/** Words that have a sense in common in WordNet 3.1. */
final class WordNetSynonyms {
  private static final Map<String, List<String>> KNOWN = new ConcurrentHashMap<>();

  private WordNetSynonyms() {}

  /** Loaded when the first word is asked for. */
  private static final class Loaded {
    static final Dictionary DICTIONARY = open();

    private static Dictionary open() {
      try {
        return Dictionary.getDefaultResourceInstance();
      } catch (JWNLException e) {
        throw new IllegalStateException("the WordNet on the class path cannot be read", e);
      }
    }
  }

  /**
   * The other words of a word's most frequent sense that has any.
   *
   * @param word as it is in a text
   * @return in the order of their letters; none where WordNet does not have the word as it is
   */
  static List<String> of(String word) {
    return KNOWN.computeIfAbsent(word.toLowerCase(Locale.ROOT), WordNetSynonyms::find);
  }

  private static List<String> find(String word) {
    try {
      for (POS pos : List.of(POS.NOUN, POS.VERB, POS.ADJECTIVE, POS.ADVERB)) {
        IndexWord entry;
        synchronized (Loaded.DICTIONARY) {
          entry = Loaded.DICTIONARY.getIndexWord(pos, word);
        }
        for (Synset sense : entry == null ? List.<Synset>of() : entry.getSenses()) {
          TreeSet<String> found = new TreeSet<>();
          sense.getWords().forEach(other -> found.add(other.getLemma().replace('_', ' ')));
          found.removeIf(other -> other.equalsIgnoreCase(word));
          if (!found.isEmpty()) {
            return List.copyOf(found);
          }
        }
      }
    } catch (JWNLException e) {
      throw new IllegalStateException("the WordNet on the class path cannot be read", e);
    }
    return List.of();
  }
}
