package io.haori.cli.options;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.training.data.Columns;
import io.haori.training.data.DataOptions;
import io.haori.training.data.SplitShares;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How data are read; what is not given is found out from the files. */
public final class ReadingOptions {
  @Mixin final FileOptions files = new FileOptions();

  @Option(
      names = "--label-column",
      paramLabel = "NAME",
      description =
          "Column of the right answer (default: label; labels or tags, as the task has it).")
  @Nullable String labelColumn;

  @Option(
      names = "--domain-column",
      paramLabel = "NAME",
      description = "Column of the domain (default: domain, where there is one).")
  @Nullable String domainColumn;

  @Option(
      names = "--group-column",
      paramLabel = "NAME",
      description =
          "Column of the group; a single file is split so that rows of one group are in one part"
              + " (default: group, where there is one).")
  @Nullable String groupColumn;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      completionCandidates = TaskNames.class,
      description =
          "One of ${COMPLETION-CANDIDATES} (default: by the field that is there, label, labels or"
              + " tags, and by whether labels are numbers).")
  @Nullable String task;

  @Option(
      names = "--split-shares",
      paramLabel = "A/B/C",
      description =
          "Per cent of training, validation and test rows where --data is a single file (default:"
              + " 70/15/15).")
  public @Nullable String splitShares;

  /** Refuses values out of their bounds, before anything is read. */
  public void check() {
    options(0, null);
  }

  /**
   * The options as chosen.
   *
   * @param seed decides which rows of a single file are in which split
   * @param labels file with the names of all classes; null for those of the data
   */
  public DataOptions options(long seed, @Nullable Path labels) {
    require(
        task == null || TaskCatalogue.find(task).isPresent(),
        "--task",
        "one of " + String.join(", ", TaskCatalogue.names()),
        String.valueOf(task));
    return new DataOptions(
        files.read(),
        new Columns(files.textColumn, files.pairColumn, labelColumn, domainColumn, groupColumn),
        task == null ? null : TaskCatalogue.find(task).orElseThrow(),
        labels,
        splitShares == null ? SplitShares.USUAL : SplitShares.parse("--split-shares", splitShares),
        seed);
  }

  /** What was given, by flag. */
  public Map<String, String> given() {
    Map<String, String> given = new TreeMap<>();
    put(given, "--text-column", files.textColumn);
    put(given, "--pair-column", files.pairColumn);
    put(given, "--encoding", files.encoding);
    put(given, "--delimiter", files.delimiter);
    put(given, "--sheet", files.sheet);
    put(given, "--label-column", labelColumn);
    put(given, "--domain-column", domainColumn);
    put(given, "--group-column", groupColumn);
    put(given, "--task", task);
    put(given, "--split-shares", splitShares);
    return given;
  }

  private static void put(Map<String, String> given, String flag, @Nullable String value) {
    if (value != null) {
      given.put(flag, value);
    }
  }

  /** The options that {@link #given} gave. */
  public static ReadingOptions of(Map<String, String> given) {
    ReadingOptions options = new ReadingOptions();
    options.files.textColumn = given.get("--text-column");
    options.files.pairColumn = given.get("--pair-column");
    options.files.encoding = given.get("--encoding");
    options.files.delimiter = given.get("--delimiter");
    options.files.sheet = given.get("--sheet");
    options.labelColumn = given.get("--label-column");
    options.domainColumn = given.get("--domain-column");
    options.groupColumn = given.get("--group-column");
    options.task = given.get("--task");
    options.splitShares = given.get("--split-shares");
    return options;
  }
}
