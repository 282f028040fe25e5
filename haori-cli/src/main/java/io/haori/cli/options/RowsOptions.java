package io.haori.cli.options;

import static io.haori.core.check.Check.require;

import io.haori.training.data.DataOptions;
import io.haori.training.data.Dataset;
import io.haori.training.data.PromptedDataset;
import io.haori.training.pretrain.DomainCorpus;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How much of the training rows is learnt from. */
public final class RowsOptions {
  @Option(
      names = "--train-rows",
      paramLabel = "N",
      description =
          "Learn from N training rows at most, each class with its share, chosen by --seed"
              + " (default: all).")
  @Nullable Integer trainRows;

  @Mixin final ReadingOptions reading = new ReadingOptions();

  @Mixin final ClassOptions classes = new ClassOptions();

  /** Refuses a value out of its bound, before anything is read. */
  public void check() {
    reading.check();
    if (trainRows != null) {
      require(trainRows >= 1, "--train-rows", "at least 1", trainRows);
    }
  }

  /** The file that names all classes; null when none was given. */
  public @Nullable Path labels() {
    return classes.labels;
  }

  /** Refuses the flag where all training rows are wanted. */
  public void requireNone() {
    if (trainRows != null) {
      require(false, "--train-rows", "left out with several domains", trainRows);
    }
  }

  /**
   * Reads data.
   *
   * @param folder with three splits
   * @param seed decides which training rows stay when not all do
   */
  public Dataset read(Path folder, long seed) {
    Dataset all = Dataset.read(folder, options(seed));
    return trainRows == null ? all : all.withTrainRows(trainRows, seed);
  }

  /**
   * Reads prompts with their answers to learn from.
   *
   * @param folder with training rows, and perhaps validation and test rows
   * @param seed of the run
   */
  public PromptedDataset prompted(Path folder, long seed) {
    PromptedDataset all = PromptedDataset.read(folder, options(seed));
    return (trainRows == null ? all : all.first(trainRows))
        .requireDifferent(DomainCorpus.MIN_TEXTS);
  }

  /**
   * How the data are read.
   *
   * @param seed decides which rows of a single file are in which split
   */
  public DataOptions options(long seed) {
    return reading.options(seed, classes.labels);
  }

  /** What was given about how the data are read, by flag. */
  public Map<String, String> given() {
    return reading.given();
  }
}
