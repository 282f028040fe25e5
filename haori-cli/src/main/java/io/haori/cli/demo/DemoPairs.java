package io.haori.cli.demo;

import io.haori.core.files.AtomicFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.sf.extjwnl.JWNLException;
import net.sf.extjwnl.data.POS;
import net.sf.extjwnl.data.Synset;
import net.sf.extjwnl.dictionary.Dictionary;

/**
 * Writes pairs of texts that mean the same or go together, of no domain: words of WordNet 3.1 with
 * their definition, and definitions with an example of use. What {@code pretrain --objective pairs}
 * makes of them is a sentence module, which a base that was made by masked language modelling lacks
 * (AdaSent, Huang et al. 2023, arXiv 2311.00408, which learns it of other pairs). The same number
 * and seed give the same bytes.
 */
public final class DemoPairs {
  /** The name of the folder. */
  public static final String NAME = "sentences";

  /** Pairs unless another number is given. */
  public static final int DEFAULT_PAIRS = 40_000;

  private static final Pattern EXAMPLE = Pattern.compile("\"([^\"]+)\"");

  private DemoPairs() {}

  /**
   * Writes them.
   *
   * @param out gets the folder {@value #NAME} with {@code corpus.jsonl}; made when missing
   * @param pairs how many at most; at least 1
   * @param seed decides which
   * @return what was written
   * @throws io.haori.core.check.UserError when the folder cannot be written
   */
  public static DemoDomain write(Path out, int pairs, long seed) {
    List<Map.Entry<String, String>> all = read();
    Collections.shuffle(all, new Random(seed));
    List<Map.Entry<String, String>> taken = all.subList(0, Math.min(pairs, all.size()));
    AtomicFiles.writeText(out.resolve(NAME).resolve("corpus.jsonl"), DemoRows.pairs(taken));
    return new DemoDomain(NAME, 0, 0, 0, taken.size(), List.of());
  }

  /** In the dictionary's order, each definition with its words first. */
  private static List<Map.Entry<String, String>> read() {
    Map<String, String> known = new LinkedHashMap<>();
    try {
      Dictionary dictionary = Dictionary.getDefaultResourceInstance();
      for (POS part : List.of(POS.NOUN, POS.VERB, POS.ADJECTIVE, POS.ADVERB)) {
        Iterator<Synset> synsets = dictionary.getSynsetIterator(part);
        while (synsets.hasNext()) {
          add(synsets.next(), known);
        }
      }
    } catch (JWNLException e) {
      throw new IllegalStateException("the WordNet on the class path cannot be read", e);
    }
    return new ArrayList<>(known.entrySet());
  }

  /** A text is the first of one pair only, so that no pair contradicts another. */
  private static void add(Synset synset, Map<String, String> known) {
    String definition = WordNetNouns.definition(synset);
    known.putIfAbsent(String.join(", ", WordNetNouns.words(synset)), definition);
    Matcher example = EXAMPLE.matcher(synset.getGloss());
    if (example.find()) {
      known.putIfAbsent(example.group(1).strip(), definition);
    }
  }
}
