package io.haori.cli.options;

import static io.haori.core.check.Check.require;

import io.haori.cli.session.CommonOptions;
import io.haori.training.work.WorkPlace;
import io.haori.training.work.WorkPlaces;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where runs are done that do not depend on each other: in this process, or on Apache Spark. */
public final class ClusterOptions {
  /** Small operations gain little from a second thread, and a second run gains all of it. */
  private static final int USUAL_THREADS = 1;

  @Option(
      names = "--on",
      paramLabel = "MASTER",
      description =
          "Have the runs done on Apache Spark, several side by side: local[N], or the URL of a"
              + " master; each has --threads threads, or one (default: in this process).")
  @Nullable String on;

  @Option(
      names = "--store",
      paramLabel = "PLACE",
      description =
          "With --on: a folder or URI of Hadoop (HDFS, S3A) that all machines see, through which"
              + " data and results go; one machine needs none (default: a temporary folder).")
  @Nullable String store;

  /** Refuses choices that do not go together, before anything is read. */
  public void check() {
    require(store == null || on != null, "--store", "left out without --on", String.valueOf(store));
    require(on == null || !on.isBlank(), "--on", "local[N] or the address of a master", "nothing");
  }

  /** Whether the runs are done elsewhere. */
  public boolean isElsewhere() {
    return on != null;
  }

  /**
   * Opens the place.
   *
   * @param common says how many threads a run has
   * @return to be closed by the caller
   */
  public WorkPlace open(CommonOptions common) {
    return WorkPlaces.open(
        String.valueOf(on),
        store == null ? "" : store,
        common.threads == null ? USUAL_THREADS : common.threads);
  }
}
