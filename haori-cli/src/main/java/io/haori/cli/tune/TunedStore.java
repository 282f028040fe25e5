package io.haori.cli.tune;

import io.haori.adapter.mixfile.MixFolder;
import io.haori.cli.options.TrainingOptions;
import io.haori.cli.registry.RegisterOptions;
import io.haori.cli.session.CalibrationView;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.PeakMemory;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.inference.calibration.Calibration;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextModel;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.training.baseline.DenseComparison;
import io.haori.training.baseline.TaskFitter;
import io.haori.training.choice.Choice;
import io.haori.training.data.Dataset;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.answer.Calibrator;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What becomes of a fitted model: it is calibrated, tested, stored, registered and shown. */
final class TunedStore {
  private final Session session;
  private final CommonOptions common;
  private final RegisterOptions register;
  private final Sisters sisters;
  private final @Nullable Choice choice;
  private final JsonResult json;
  private @Nullable TrainingOptions dense;

  /**
   * Of a command.
   *
   * @param session what it runs in
   * @param common its options
   * @param register whether the model goes into a registry
   * @param sisters modules that it may have begun from
   * @param choice what was found where ways were compared; null where none were
   * @param json gets the figures
   */
  TunedStore(
      Session session,
      CommonOptions common,
      RegisterOptions register,
      Sisters sisters,
      @Nullable Choice choice,
      JsonResult json) {
    this.session = session;
    this.common = common;
    this.register = register;
    this.sisters = sisters;
    this.choice = choice;
    this.json = json;
  }

  /**
   * Compares a sparse model with the dense one of a run of its own.
   *
   * @param newDense says how that is fitted; null for no comparison
   */
  TunedStore comparing(@Nullable TrainingOptions newDense) {
    dense = newDense;
    return this;
  }

  /**
   * Stores a model, and shows and registers what it can do.
   *
   * @param out its folder
   * @param dataset whose test rows judge it
   * @param settings that it was fitted with
   * @param tuned the model; stays open
   * @param stopRequested ends the comparison before its end
   * @param start of the command
   * @return exit code
   */
  int store(
      Path out,
      Dataset dataset,
      TuneSettings settings,
      TunedModel tuned,
      BooleanSupplier stopRequested,
      Instant start)
      throws IOException {
    Choice compared = choice;
    Optional<Calibration> calibration =
        compared == null
            ? Calibrator.calibrate(tuned.model(), dataset)
            : compared.calibrate(tuned.model(), dataset);
    Predictions predictions = Predictions.of(tuned.model(), dataset.test());
    Map<String, Double> test = predictions.scores().byName();
    long saved =
        AdapterFolder.save(
            out, tuned.model(), tuned.provenance(dataset, settings, test), calibration);
    if (MixFolder.standsIn(out)) {
      // What a registry wrote out goes when this run ends; the mix keeps its own copy.
      MixFolder.takeIn(out);
    }
    DenseBase base = DenseBase.measure(session, common, out, tuned.model(), saved, dataset.test());
    long bytes = base.bytes();
    List<Parent> parents =
        compared == null ? List.of() : sisters.parents(compared.best().candidate());
    ModuleVersion version = register.register(session, out, tuned.model(), dataset, test, parents);
    Set<String> scores = test.keySet();
    Table table = new Table(ScoreText.header("split", scores));
    if (!tuned.validation().isEmpty()) {
      table.row(ScoreText.row("validation", scores, tuned.validation()));
    }
    table.row(ScoreText.row("test", scores, test)).print(session.console());
    TestInterval.print(session.console(), predictions);
    OneAnswer.note(session, common, predictions);
    base.print(session);
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%s on %s: %,d trained numbers, %s in %s%s",
                settings.method().name(),
                tuned.model().base().name(),
                tuned.trainable(),
                ScoreText.bytes(bytes),
                register.place(out, version),
                ScoreText.epochs(tuned.training().epochs(), tuned.training().bestEpoch())));
    CalibrationView.show(session, calibration, compared == null ? "validation" : "held-out");
    Mistakes mistakes = Mistakes.of(dataset.test(), predictions);
    mistakes.print(session.console(), " on the test rows");
    json.put("method", settings.method().name())
        .put("settings", settings.byName())
        .put("trainable", tuned.trainable())
        .put("storedBytes", bytes)
        .put("validation", tuned.validation())
        .put("test", test)
        .put("tokensPerSecond", Math.round(tuned.training().tokensPerSecond()))
        .put("epochs", tuned.training().epochs())
        .put("mistakes", mistakes.forJson());
    TestInterval.put(json, predictions);
    base.put(json);
    if (compared != null && sisters.any()) {
      json.put("startedFrom", sisters.names(compared.best().candidate()));
    }
    calibration.ifPresent(found -> json.put("calibration", CalibrationView.figures(found)));
    RegisterOptions.put(json, version);
    boolean compares = dense != null && settings.method().undecorated() != settings.method();
    if (compares && !compare(dataset, settings, tuned.model(), bytes, stopRequested)) {
      session.note(common, "Interrupted; the adapter is stored, only the comparison is left out.");
      return ExitCode.INTERRUPTED;
    }
    if (common.json) {
      json.print(session.console(), session.secondsSince(start));
    }
    return ExitCode.DONE;
  }

  /** Beside the dense module of a run of its own; false when interrupted. */
  private boolean compare(
      Dataset dataset,
      TuneSettings settings,
      TextModel sparse,
      long bytes,
      BooleanSupplier stopRequested) {
    TuneSettings plain = Objects.requireNonNull(dense).dense(settings);
    TaskFitter fitter =
        new TaskFitter(sparse.base(), dataset, method -> plain)
            .listener(FitView.steps(session, common))
            .stopWhen(stopRequested);
    LongAccumulator earlier = new LongAccumulator(Math::max, 0);
    List<DenseComparison.Cost> costs =
        new DenseComparison(settings.method().name(), sparse)
            .peakOf(
                work -> {
                  earlier.accumulate(PeakMemory.megabytes());
                  return PeakMemory.during(work);
                })
            .run(fitter, plain, dataset, bytes);
    if (costs.isEmpty()) {
      return false;
    }
    DenseTable table = new DenseTable(costs, plain.loop().selection().metric());
    table.show(session);
    json.put("comparison", table.forJson()).earlierPeak(earlier.get());
    return true;
  }
}
