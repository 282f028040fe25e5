package io.haori.cli.demo;

import io.haori.cli.demo.StratifiedSplit.Example;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes the demo data: eight domains, each a dataset folder with its own label set and a corpus
 * without labels. The same rows and seed give the same bytes.
 */
public final class DemoData {
  /** The domains, each the name of its folder. */
  public static final List<String> DOMAINS =
      List.of(
          "noun.animal",
          "noun.plant",
          "noun.food",
          "noun.artifact",
          "noun.person",
          "noun.act",
          "noun.communication",
          "noun.substance");

  /** Training rows of a domain unless another is given. */
  public static final int DEFAULT_TRAIN_ROWS = 400;

  private static final int TEST_ROWS = 600;
  private static final int VALIDATION_ROWS = 200;

  /** Enough to have each of up to eight classes in the training rows. */
  private static final int MIN_TRAIN_ROWS = 40;

  private DemoData() {}

  /**
   * Writes all domains. Nothing is written when the number of training rows is out of bounds.
   *
   * @param out gets one folder a domain; made when missing
   * @param trainRows training rows of each domain
   * @param seed decides which texts go where
   * @param written hears of each domain when its files are complete
   * @return what was written, in the order of {@link #DOMAINS}
   * @throws UserError when the number of training rows is out of bounds or the place cannot be
   *     written
   */
  public static List<DemoDomain> write(
      Path out, int trainRows, long seed, Consumer<DemoDomain> written) {
    Map<String, List<Noun>> nouns = WordNetNouns.read(DOMAINS);
    List<Plan> plans = new ArrayList<>();
    nouns.forEach((name, meanings) -> plans.add(new Plan(name, meanings, Families.of(meanings))));
    int most = plans.stream().mapToInt(Plan::rows).min().orElseThrow();
    most -= TEST_ROWS + VALIDATION_ROWS;
    Check.require(
        trainRows >= MIN_TRAIN_ROWS && trainRows <= most,
        "--train-rows",
        "in [" + MIN_TRAIN_ROWS + ", " + most + "]",
        trainRows);
    List<DemoDomain> domains = new ArrayList<>();
    for (Plan plan : plans) {
      var random = new Random(31 * seed + DOMAINS.indexOf(plan.name()));
      DemoDomain domain = plan.write(out.resolve(plan.name()), trainRows, random);
      domains.add(domain);
      written.accept(domain);
    }
    return domains;
  }

  private record Plan(String name, List<Noun> nouns, Map<String, List<String>> families) {
    int rows() {
      return families.values().stream().mapToInt(List::size).sum();
    }

    DemoDomain write(Path folder, int trainRows, Random random) {
      var pool = new StratifiedSplit(families, random);
      List<Example> test = pool.take(TEST_ROWS);
      List<Example> validation = pool.take(VALIDATION_ROWS);
      List<Example> train = pool.take(trainRows);
      List<String> corpus = corpus(test, validation);
      AtomicFiles.writeText(folder.resolve("test.jsonl"), DemoRows.labelled(name, test));
      AtomicFiles.writeText(
          folder.resolve("validation.jsonl"), DemoRows.labelled(name, validation));
      AtomicFiles.writeText(folder.resolve("train.jsonl"), DemoRows.labelled(name, train));
      AtomicFiles.writeText(folder.resolve("corpus.jsonl"), DemoRows.unlabelled(name, corpus));
      return new DemoDomain(
          name,
          train.size(),
          validation.size(),
          test.size(),
          corpus.size(),
          List.copyOf(families.keySet()));
    }

    /**
     * Every definition of the domain that will not be asked for, once, in the dictionary's order.
     */
    private List<String> corpus(List<Example> test, List<Example> validation) {
      Set<String> seen = new HashSet<>();
      test.forEach(example -> seen.add(example.text()));
      validation.forEach(example -> seen.add(example.text()));
      return nouns.stream().map(Noun::definition).filter(seen::add).toList();
    }
  }
}
