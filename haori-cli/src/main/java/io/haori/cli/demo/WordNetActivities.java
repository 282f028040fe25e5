package io.haori.cli.demo;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.sf.extjwnl.JWNLException;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.data.Pointer;
import net.sf.extjwnl.data.PointerType;
import net.sf.extjwnl.data.Synset;
import net.sf.extjwnl.dictionary.Dictionary;

/**
 * Definitions of WordNet 3.1 with the activity that they are about: that of a verb is its
 * lexicographer file ({@code verb.motion} is {@code motion}), that of a noun is the activity of the
 * verbs that it is derived from or that are derived from it, where these have one activity.
 */
final class WordNetActivities {
  private static final String VERB = "verb.";

  /** Activity by a verb's number in the dictionary. */
  private final Map<Long, String> ofVerb = new HashMap<>();

  /** Activities by definition, by lexicographer file or {@code verb}; several are no use. */
  private final Map<String, Map<String, Set<String>>> found = new HashMap<>();

  private WordNetActivities() {}

  /**
   * Reads the dictionary.
   *
   * @param sources lexicographer files of nouns, for example {@code noun.person}, or {@code verb}
   *     for all verbs
   * @param activities that are wanted, for example {@code motion}
   * @return definitions of one of the activities, in the order of their letters so that the result
   *     does not depend on the dictionary's, by activity, by source; both in the order given
   */
  static Map<String, Map<String, List<String>>> read(
      List<String> sources, List<String> activities) {
    var all = new WordNetActivities();
    sources.forEach(source -> all.found.put(source, new TreeMap<>()));
    try {
      Dictionary dictionary = Dictionary.getDefaultResourceInstance();
      Iterator<Synset> verbs = dictionary.getSynsetIterator(POS.VERB);
      while (verbs.hasNext()) {
        all.addVerb(verbs.next());
      }
      Iterator<Synset> nouns = dictionary.getSynsetIterator(POS.NOUN);
      while (nouns.hasNext()) {
        all.addNoun(nouns.next());
      }
    } catch (JWNLException e) {
      throw new IllegalStateException("the WordNet on the class path cannot be read", e);
    }
    Map<String, Map<String, List<String>>> result = new LinkedHashMap<>();
    sources.forEach(source -> result.put(source, all.ofOneActivity(source, activities)));
    return result;
  }

  private void addVerb(Synset verb) {
    String activity = verb.getLexFileName().substring(VERB.length());
    ofVerb.put(verb.getOffset(), activity);
    Map<String, Set<String>> verbs = found.get("verb");
    if (verbs != null) {
      verbs.computeIfAbsent(WordNetNouns.definition(verb), text -> new TreeSet<>()).add(activity);
    }
  }

  private void addNoun(Synset noun) throws JWNLException {
    Map<String, Set<String>> nouns = found.get(noun.getLexFileName());
    if (nouns == null) {
      return;
    }
    Set<String> activities = new HashSet<>();
    for (Pointer pointer : noun.getPointers(PointerType.DERIVATION)) {
      String activity = ofVerb.get(pointer.getTargetOffset());
      if (pointer.getTargetPOS() == POS.VERB && activity != null) {
        activities.add(activity);
      }
    }
    if (!activities.isEmpty()) {
      nouns
          .computeIfAbsent(WordNetNouns.definition(noun), text -> new TreeSet<>())
          .addAll(activities);
    }
  }

  private Map<String, List<String>> ofOneActivity(String source, List<String> wanted) {
    Map<String, Set<String>> texts = found.getOrDefault(source, Map.of());
    Map<String, List<String>> byActivity = new LinkedHashMap<>();
    for (String activity : wanted) {
      byActivity.put(
          activity,
          texts.entrySet().stream()
              .filter(entry -> entry.getValue().equals(Set.of(activity)))
              .filter(entry -> isOnlyIn(source, entry.getKey()))
              .map(Map.Entry::getKey)
              .toList());
    }
    return byActivity;
  }

  /** Whether no other source has the text, so that a row to be asked for was nowhere learnt. */
  private boolean isOnlyIn(String source, String text) {
    return found.entrySet().stream()
        .noneMatch(other -> !other.getKey().equals(source) && other.getValue().containsKey(text));
  }
}
