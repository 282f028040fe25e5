package io.haori.cli.demo;

import io.haori.cli.demo.StratifiedSplit.Example;
import io.haori.core.check.Check;
import io.haori.core.files.AtomicFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes the Japanese demo: which category does a term belong to? A text is a noun of the
 * dictionary IPADIC with its reading, its label the category that the dictionary gives it; the
 * domains are terms in Chinese characters, in katakana and in several scripts. All share one label
 * set. The same rows and seed give the same bytes.
 */
public final class DemoTerms {
  /** The domains, each the name of its folder. */
  public static final List<String> DOMAINS = List.of("kanji", "katakana", "mixed");

  /** The labels that all domains have: person, place, organisation, act and any other thing. */
  public static final List<String> LABELS = List.of("人名", "地名", "組織", "動作", "一般");

  /**
   * Terms of a category that are used; the dictionary has a hundred times as many places as acts.
   */
  private static final int MOST_OF_A_LABEL = 1_000;

  private static final int TEST_ROWS = 600;
  private static final int VALIDATION_ROWS = 200;
  private static final int CORPUS_ROWS = 5_000;
  private static final int MIN_TRAIN_ROWS = 40;

  private DemoTerms() {}

  /**
   * Writes all domains. Nothing is written when the number of training rows is out of bounds.
   *
   * @param out gets one folder a domain; made when missing
   * @param trainRows training rows of each domain
   * @param seed decides which texts go where
   * @param written hears of each domain when its files are complete
   * @return what was written, in the order of {@link #DOMAINS}
   * @throws io.haori.core.check.UserError when the number of training rows is out of bounds or the
   *     folder cannot be written
   */
  public static List<DemoDomain> write(
      Path out, int trainRows, long seed, Consumer<DemoDomain> written) {
    Map<String, Map<String, List<String>>> terms = IpadicTerms.read();
    int most =
        DOMAINS.stream()
                .mapToInt(name -> pool(terms.getOrDefault(name, Map.of()), new Random(0)).size())
                .min()
                .orElseThrow()
            - TEST_ROWS
            - VALIDATION_ROWS;
    Check.require(
        trainRows >= MIN_TRAIN_ROWS && trainRows <= most,
        "--train-rows",
        "in [" + MIN_TRAIN_ROWS + ", " + most + "]",
        trainRows);
    List<DemoDomain> domains = new ArrayList<>();
    for (int i = 0; i < DOMAINS.size(); i++) {
      String name = DOMAINS.get(i);
      Map<String, List<String>> all = terms.getOrDefault(name, Map.of());
      StratifiedSplit pool = pool(all, new Random(31 * seed + 200 + i));
      Path folder = out.resolve(name);
      List<Example> test = pool.take(TEST_ROWS);
      List<Example> validation = pool.take(VALIDATION_ROWS);
      List<Example> train = pool.take(trainRows);
      List<String> corpus = corpus(all, test, validation, new Random(31 * seed + 300 + i));
      AtomicFiles.writeText(folder.resolve("test.jsonl"), DemoRows.labelled(name, test));
      AtomicFiles.writeText(
          folder.resolve("validation.jsonl"), DemoRows.labelled(name, validation));
      AtomicFiles.writeText(folder.resolve("train.jsonl"), DemoRows.labelled(name, train));
      AtomicFiles.writeText(folder.resolve("corpus.jsonl"), DemoRows.unlabelled(name, corpus));
      DemoDomain domain =
          new DemoDomain(name, train.size(), validation.size(), test.size(), corpus.size(), LABELS);
      domains.add(domain);
      written.accept(domain);
    }
    return domains;
  }

  /** Terms to be labelled, each category with a bounded number of them. */
  private static StratifiedSplit pool(Map<String, List<String>> all, Random random) {
    Map<String, List<String>> some = new LinkedHashMap<>();
    for (String label : LABELS) {
      List<String> texts = new ArrayList<>(all.getOrDefault(label, List.of()));
      Collections.shuffle(texts, random);
      some.put(label, texts.subList(0, Math.min(MOST_OF_A_LABEL, texts.size())));
    }
    return new StratifiedSplit(some, random);
  }

  /** Texts without labels, none of which is scored. */
  private static List<String> corpus(
      Map<String, List<String>> all, List<Example> test, List<Example> validation, Random random) {
    List<String> texts = new ArrayList<>();
    LABELS.forEach(label -> texts.addAll(all.getOrDefault(label, List.of())));
    List<String> scored = new ArrayList<>();
    test.forEach(example -> scored.add(example.text()));
    validation.forEach(example -> scored.add(example.text()));
    texts.removeAll(Set.copyOf(scored));
    Collections.shuffle(texts, random);
    return texts.subList(0, Math.min(CORPUS_ROWS, texts.size()));
  }
}
