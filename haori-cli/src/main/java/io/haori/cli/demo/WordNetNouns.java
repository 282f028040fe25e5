package io.haori.cli.demo;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.sf.extjwnl.JWNLException;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.data.Pointer;
import net.sf.extjwnl.data.PointerType;
import net.sf.extjwnl.data.Synset;
import net.sf.extjwnl.data.Word;
import net.sf.extjwnl.dictionary.Dictionary;

/** Reads the nouns of WordNet 3.1 from the class path. */
final class WordNetNouns {
  /** Where a gloss's definition ends and its first example begins. */
  private static final String EXAMPLE = "; \"";

  private WordNetNouns() {}

  /**
   * The nouns of some lexicographer files.
   *
   * @param domains names of the files, for example {@code noun.food}
   * @return the nouns by domain, in the dictionary's order; domains in the order given
   */
  static Map<String, List<Noun>> read(Collection<String> domains) {
    Map<String, List<Noun>> nouns = new LinkedHashMap<>();
    domains.forEach(domain -> nouns.put(domain, new ArrayList<>()));
    try {
      Dictionary dictionary = Dictionary.getDefaultResourceInstance();
      Iterator<Synset> synsets = dictionary.getSynsetIterator(POS.NOUN);
      while (synsets.hasNext()) {
        Synset synset = synsets.next();
        List<Noun> domain = nouns.get(synset.getLexFileName());
        if (domain != null) {
          domain.add(noun(synset));
        }
      }
    } catch (JWNLException e) {
      throw new IllegalStateException("the WordNet on the class path cannot be read", e);
    }
    return nouns;
  }

  private static Noun noun(Synset synset) throws JWNLException {
    List<Long> narrower = new ArrayList<>();
    for (Pointer pointer : synset.getPointers(PointerType.HYPONYM)) {
      narrower.add(pointer.getTargetOffset());
    }
    return new Noun(synset.getOffset(), words(synset), definition(synset), narrower);
  }

  /** The words that have this meaning. */
  static List<String> words(Synset synset) {
    return synset.getWords().stream().map(Word::getLemma).map(w -> w.replace('_', ' ')).toList();
  }

  /** A gloss without its examples. */
  static String definition(Synset synset) {
    String gloss = synset.getGloss();
    int example = gloss.indexOf(EXAMPLE);
    return (example < 0 ? gloss : gloss.substring(0, example)).strip();
  }
}
