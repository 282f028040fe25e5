package io.haori.cli.tune;

import static io.haori.core.check.Check.require;

import io.haori.analysis.statistics.Summary;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.training.choice.Candidate;
import io.haori.training.condense.SeedSoup;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.task.answer.Predictions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether several seeds are fitted and their mean is what is stored. */
final class SeedOptions {
  private static final double PERCENT = 100;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Fit N seeds from --seed upwards and store their mean as one module, with the spread of"
              + " the single ones (default: ${DEFAULT-VALUE}).")
  int count = 1;

  /** Refuses values out of their bounds. */
  void check(boolean resume) {
    require(count >= 1 && count <= 64, "--seeds", "in [1, 64]", count);
    require(count == 1 || !resume, "--resume", "left out with --seeds", "--resume");
  }

  /** Whether there is something to average. */
  boolean apply(Session session, CommonOptions common, Candidate way, TextBase base) {
    boolean learns =
        !way.settings().method().slots(base.backbone().slots()).isEmpty()
            && (way.start() == null || !way.start().fixed());
    if (count > 1 && !learns) {
      session.note(common, "Every seed gives the same " + way.name() + ", so one is fitted.");
    }
    return count > 1 && learns;
  }

  /** The mean; null when it was interrupted. */
  @Nullable SeedSoup fit(
      Session session,
      CommonOptions common,
      Candidate way,
      TextBase base,
      TokenizedDataset rows,
      BooleanSupplier stopRequested,
      JsonResult json) {
    SeedSoup soup;
    try (TuningView view = new TuningView(session, common, count + " seeds")) {
      soup =
          SeedSoup.of(base, way.settings(), way.start(), rows, count, view, stopRequested)
              .orElse(null);
    }
    if (soup == null) {
      return null;
    }
    double[] single = soup.singleTest().stream().mapToDouble(TaskCatalogue::mainScore).toArray();
    double mean =
        TaskCatalogue.mainScore(
            Predictions.of(soup.tuned().model(), rows.data().test()).scores().byName());
    Summary summary = Summary.of(single);
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%d seeds: %.1f ± %.1f %% on the test rows, from %.1f to %.1f; their mean as one"
                    + " module %.1f (%.1f %% of its energy cut off).%n",
                count,
                PERCENT * summary.mean(),
                PERCENT * summary.standardDeviation(),
                PERCENT * DoubleStream.of(single).min().orElse(Double.NaN),
                PERCENT * DoubleStream.of(single).max().orElse(Double.NaN),
                PERCENT * mean,
                PERCENT * soup.energyLost()));
    json.put(
        "seeds", Map.of("test", List.copyOf(soup.singleTest()), "energyLost", soup.energyLost()));
    return soup;
  }

  /** Says what is lost. */
  int interrupted(Session session) {
    session
        .console()
        .err()
        .println("Interrupted; nothing of the seeds was stored. The same command begins anew.");
    return ExitCode.INTERRUPTED;
  }
}
