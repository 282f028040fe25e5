package io.haori.cli.proof;

import static io.haori.core.check.Check.require;

import io.haori.cli.options.ReadingOptions;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.inference.task.classification.ClassificationTask;
import io.haori.registry.name.ModuleName;
import io.haori.training.data.Dataset;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The rows of a proof of concept's domains. */
public final class ProofData {
  /** How the name of a module for all domains ends. */
  public static final String SHARED = "-shared";

  /** Fewer say nothing. */
  private static final int FEWEST_ROWS = 20;

  private ProofData() {}

  /**
   * A domain with its rows.
   *
   * @param source where they are
   * @param data the rows
   */
  public record Read(DomainSource source, Dataset data) {}

  /**
   * Reads a domain for the first time.
   *
   * @param path of folder or file
   * @param reading options by flag
   * @throws UserError when its rows do not suit
   */
  public static Read read(Path path, Map<String, String> reading) {
    Dataset data = dataset(path, reading);
    String task = data.labels().task().name();
    require(
        data.labels().task() instanceof ClassificationTask && data.labels().size() == 1,
        "data of a proof of concept",
        "rows of one domain with one label each",
        path + " with " + (data.labels().size() == 1 ? task : data.labels().size() + " domains"));
    int rows = data.train().rows().size() + data.validation().rows().size();
    require(
        rows >= FEWEST_ROWS,
        "data of a proof of concept",
        "at least " + FEWEST_ROWS + " labelled rows besides those for the test",
        rows + " in " + path);
    DomainSource source =
        new DomainSource(
            name(path),
            path.toAbsolutePath().normalize().toString(),
            reading,
            digest(data),
            rows,
            data.test().rows().size());
    return new Read(source, data);
  }

  /**
   * Reads a domain again.
   *
   * @throws UserError when its rows are others than when the proof of concept began
   */
  public static Dataset read(DomainSource source) {
    Dataset data = dataset(Path.of(source.path()), source.reading());
    if (!digest(data).equals(source.digest())) {
      throw changed(source.path(), "proof of concept", "haori advise and poc start begin anew");
    }
    return data;
  }

  /** The sentence for rows that changed. */
  static UserError changed(String path, String since, String cure) {
    return new UserError(
        UserError.Kind.STATE,
        path + ": must have the rows that it had for the " + since + ", got others; " + cure);
  }

  /**
   * Refuses rows that changed since the advice.
   *
   * @param plan the advice
   * @param data as read now
   */
  public static void requireSame(PlanFile plan, Dataset data) {
    if (!data.learntWhole().train().sha256().equals(plan.digest())) {
      throw changed(plan.path(), "plan", "haori advise writes a new one");
    }
  }

  private static Dataset dataset(Path path, Map<String, String> reading) {
    long seed = Long.parseLong(reading.getOrDefault("--seed", "42"));
    String labels = reading.get("--labels");
    return Dataset.read(
        path, ReadingOptions.of(reading).options(seed, labels == null ? null : Path.of(labels)));
  }

  private static String digest(Dataset data) {
    return Sha256.of(
        String.join(" ", data.train().sha256(), data.validation().sha256(), data.test().sha256()));
  }

  /** A module's name made of a folder's or a file's. */
  private static String name(Path path) {
    String file = String.valueOf(path.toAbsolutePath().normalize().getFileName());
    String plain =
        file.replaceFirst("\\.(jsonl|csv|tsv|xlsx)$", "")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^\\p{Ll}\\p{Lo}\\p{Lm}\\p{M}\\p{N}._・-]", "-")
            .replaceAll("\\.{2,}", ".")
            .replaceFirst("^[^\\p{L}\\p{N}]+", "");
    return new ModuleName(plain).text();
  }
}
