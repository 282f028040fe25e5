package io.haori.training.comparison;

import io.haori.analysis.comparison.Answers;
import io.haori.core.check.UserError;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.EpochResult;
import io.haori.inference.model.TextBase;
import io.haori.training.bilevel.BiLevelTraining;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.loop.LoopListener;
import io.haori.training.runs.FinishedRuns;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Fits one planned run and keeps what it leaves behind: its figures and its adapter.
 *
 * @param rows what it is fitted to
 * @param folders where it is kept
 * @param stopRequested asked before every step; the run is given up then
 * @param meter of memory
 * @param nanoTime as {@link System#nanoTime}
 */
record SingleRun(
    TokenizedDataset rows,
    FinishedRuns<FinishedRun> folders,
    BooleanSupplier stopRequested,
    MemoryMeter meter,
    LongSupplier nanoTime) {
  private static final double NANOS = 1e9;

  /**
   * Fits it.
   *
   * @param run what is wanted
   * @param base in the form that the run wants
   * @param listener hears of its steps
   * @return nothing when it was stopped
   */
  Optional<FinishedRun> fit(PlannedRun run, TextBase base, LoopListener listener) {
    TuneSettings settings = run.settings();
    Dataset data = rows.data();
    Tuner tuner = new Tuner(base, settings).stopWhen(stopRequested).listener(listener);
    meter.restart();
    long start = nanoTime.getAsLong();
    try (TunedModel tuned = tuner.tune(rows)) {
      double seconds = (nanoTime.getAsLong() - start) / NANOS;
      long peak = meter.megabytes();
      if (tuned.training().interrupted()) {
        return Optional.empty();
      }
      Predictions test = Predictions.of(tuned.model(), rows.test(), rows.targets(Split.TEST));
      Map<String, Double> scores = test.scores().byName();
      long bytes =
          AdapterFolder.save(
              folders.adapter(run.folder()),
              tuned.model(),
              tuned.provenance(data, settings, scores));
      String metric = settings.loop().selection().metric();
      FinishedRun done =
          new FinishedRun(
              run.digest(),
              run.method(),
              run.seed(),
              test.predicted(),
              test.confidence(),
              data.labels().task().comparedBy() == Answers.SHARES
                  ? test.shares().orElseThrow()
                  : new double[0][],
              tuned.validation(),
              scores,
              tuned.training().history().stream().map(epoch -> metric(epoch, metric)).toList(),
              tuned.training().history().stream().map(EpochResult::loss).toList(),
              outerLosses(tuned.training().history()),
              tuned.training().bestEpoch(),
              tuned.trainable(),
              bytes,
              seconds,
              peak);
      folders.keep(run.folder(), done);
      return Optional.of(done);
    } catch (UserError e) {
      throw new UserError(run.method() + " with seed " + run.seed() + ": " + e.getMessage(), e);
    }
  }

  private static double metric(EpochResult epoch, String metric) {
    return Objects.requireNonNull(epoch.metrics().get(metric));
  }

  private static List<Double> outerLosses(List<EpochResult> history) {
    return history.stream()
        .flatMap(epoch -> Stream.ofNullable(epoch.metrics().get(BiLevelTraining.OUTER_LOSS)))
        .toList();
  }
}
