package io.haori.cli.options;

import static io.haori.core.check.Check.require;

import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.training.data.Columns;
import io.haori.training.data.DataOptions;
import io.haori.training.data.SplitShares;
import java.nio.file.Path;
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
}
