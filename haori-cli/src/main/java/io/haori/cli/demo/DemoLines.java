package io.haori.cli.demo;

import io.haori.cli.demo.StratifiedSplit.Example;
import io.haori.core.check.Check;
import io.haori.core.files.AtomicFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Writes the demo's four lines: datasets that share one label set, each with texts of its own kind.
 * A text is a definition of WordNet 3.1, its label the activity that it is about. The same rows and
 * seed give the same bytes.
 */
public final class DemoLines {
  /** The lines, each the name of its folder: definitions of people, acts, things and verbs. */
  public static final List<String> LINES =
      List.of("line.person", "line.act", "line.artifact", "line.verb");

  /** The labels that all lines have. */
  public static final List<String> LABELS =
      List.of("change", "communication", "contact", "creation", "motion", "possession", "social");

  private static final List<String> SOURCES =
      List.of("noun.person", "noun.act", "noun.artifact", "verb");

  private static final int TEST_ROWS = 300;
  private static final int VALIDATION_ROWS = 100;

  /** Enough to have each class in the training rows. */
  private static final int MIN_TRAIN_ROWS = 40;

  private DemoLines() {}

  /**
   * Writes all lines. Nothing is written when the number of training rows is out of bounds.
   *
   * @param out gets one folder a line; made when missing
   * @param trainRows training rows of each line
   * @param seed decides which texts go where
   * @param written hears of each line when its files are complete
   * @return what was written, in the order of {@link #LINES}
   * @throws io.haori.core.check.UserError when the number of training rows is out of bounds or the
   *     folder cannot be written
   */
  public static List<DemoDomain> write(
      Path out, int trainRows, long seed, Consumer<DemoDomain> written) {
    Map<String, Map<String, List<String>>> texts = WordNetActivities.read(SOURCES, LABELS);
    int most =
        texts.values().stream()
            .mapToInt(line -> line.values().stream().mapToInt(List::size).sum())
            .min()
            .orElseThrow();
    most -= TEST_ROWS + VALIDATION_ROWS;
    Check.require(
        trainRows >= MIN_TRAIN_ROWS && trainRows <= most,
        "--train-rows",
        "in [" + MIN_TRAIN_ROWS + ", " + most + "]",
        trainRows);
    List<DemoDomain> lines = new ArrayList<>();
    for (int i = 0; i < LINES.size(); i++) {
      String name = LINES.get(i);
      var random = new Random(31 * seed + 100 + i);
      var pool = new StratifiedSplit(texts.getOrDefault(SOURCES.get(i), Map.of()), random);
      Path folder = out.resolve(name);
      List<Example> test = pool.take(TEST_ROWS);
      List<Example> validation = pool.take(VALIDATION_ROWS);
      List<Example> train = pool.take(trainRows);
      AtomicFiles.writeText(folder.resolve("test.jsonl"), DemoRows.labelled(name, test));
      AtomicFiles.writeText(
          folder.resolve("validation.jsonl"), DemoRows.labelled(name, validation));
      AtomicFiles.writeText(folder.resolve("train.jsonl"), DemoRows.labelled(name, train));
      DemoDomain line =
          new DemoDomain(name, train.size(), validation.size(), test.size(), 0, LABELS);
      lines.add(line);
      written.accept(line);
    }
    return lines;
  }
}
