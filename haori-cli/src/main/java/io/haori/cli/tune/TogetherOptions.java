package io.haori.cli.tune;

import static io.haori.core.check.Check.require;

import io.haori.cli.options.ClusterOptions;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.Progress;
import io.haori.inference.model.TextBase;
import io.haori.training.data.Dataset;
import io.haori.training.parallel.ParallelFit;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.work.WorkPlace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether several machines compute the steps of one fit together. */
final class TogetherOptions {
  private static final String MEMBERS = "--data-parallel";
  private static final int MOST = 256;
  private static final double MILLIS = 1000;
  private static final long PARTS = 1000;

  @Mixin final ClusterOptions cluster = new ClusterOptions();

  @Option(
      names = MEMBERS,
      paramLabel = "N",
      description =
          "With --on: N tasks compute each step together, each a part of the batch (default: one"
              + " process computes it alone).")
  @Nullable Integer members;

  @Option(
      names = "--member-timeout",
      paramLabel = "SECONDS",
      defaultValue = "" + ParallelFit.DEFAULT_PATIENCE,
      description =
          "With --data-parallel: how long a task waits for the others in a step (default:"
              + " ${DEFAULT-VALUE}).")
  double timeout;

  /** Whether they do. */
  boolean isAsked() {
    return members != null;
  }

  /** Refuses choices that do not go together. */
  void check() {
    cluster.check();
    require(
        cluster.isElsewhere() == isAsked(),
        isAsked() ? "--on" : MEMBERS,
        isAsked() ? "given with " + MEMBERS : "given with --on",
        "nothing");
    if (members != null) {
      require(members >= 2 && members <= MOST, MEMBERS, "in [2, " + MOST + "]", members);
    }
    require(
        isAsked() || timeout == ParallelFit.DEFAULT_PATIENCE,
        "--member-timeout",
        "given with " + MEMBERS,
        timeout);
    require(
        timeout >= 1 / MILLIS && timeout <= 1e6, "--member-timeout", "in [0.001, 1e6]", timeout);
  }

  /**
   * Refuses what cannot be done together.
   *
   * @param several whether there are several domains
   * @param given options that it cannot be done with, and whether each was given
   */
  void refuse(boolean several, Map<String, Boolean> given) {
    given.forEach(
        (option, there) ->
            require(!isAsked() || !there, option, "left out with " + MEMBERS, "given"));
    require(
        !(several && isAsked()), MEMBERS, "left out with several domains", String.valueOf(members));
  }

  /** Refuses settings whose steps cannot be cut into parts. */
  void check(TuneSettings settings) {
    if (members != null) {
      Tuner.requireParts(MEMBERS, settings, members);
    }
  }

  /**
   * Where a fit keeps what it has when it is interrupted.
   *
   * @param folder of the checkpoint
   * @param resume whether to continue from it
   */
  record Saved(Path folder, boolean resume) {}

  /**
   * Fits.
   *
   * @return nothing when it was interrupted
   */
  Optional<TunedModel> tune(
      Session session,
      CommonOptions common,
      TextBase base,
      TuneSettings settings,
      Dataset data,
      Saved saved,
      BooleanSupplier stopRequested) {
    if (members == null) {
      throw new IllegalStateException("no members");
    }
    Duration patience = Duration.ofMillis(Math.round(timeout * MILLIS));
    try (WorkPlace place = cluster.open(common);
        Progress progress = session.progress(common, "tune", 0, PARTS)) {
      return new ParallelFit(members, patience)
          .checkpoints(saved.folder(), saved.resume())
          .tune(
              place,
              base,
              settings,
              data,
              share -> progress.at(Math.round(share * PARTS), settings.method().name()),
              stopRequested);
    }
  }
}
