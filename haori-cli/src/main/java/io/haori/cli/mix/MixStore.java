package io.haori.cli.mix;

import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.route.RoutedMethod;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.analysis.report.SvgHeatMap;
import io.haori.cli.registry.RegisterOptions;
import io.haori.cli.session.CalibrationView;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.ScoreText;
import io.haori.cli.terminal.Table;
import io.haori.cli.tune.DenseBase;
import io.haori.cli.tune.Mistakes;
import io.haori.cli.tune.TestInterval;
import io.haori.core.files.AtomicFiles;
import io.haori.inference.calibration.Calibration;
import io.haori.inference.folder.AdapterFolder;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.training.baseline.TaskFit;
import io.haori.training.choice.Choice;
import io.haori.training.data.Dataset;
import io.haori.training.mix.MixSize;
import io.haori.training.mix.ModuleShares;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.answer.Calibrator;
import io.haori.training.task.answer.Predictions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stores what was fitted for a task and shows it: a mix with the shares of its modules, or a way
 * without modules where cross-validation took one.
 *
 * @param session what the command runs in
 * @param common says whether it is quiet, and the seed
 * @param register where it is put
 * @param sizes in which it is built, too
 * @param out its folder
 * @param modules that could be mixed
 * @param choice by which the way was taken; null where it was not chosen by cross-validation
 */
record MixStore(
    Session session,
    CommonOptions common,
    RegisterOptions register,
    MixSizeOptions sizes,
    Path out,
    MixModules modules,
    @Nullable Choice choice) {
  /**
   * Stores and shows a fit.
   *
   * @param dataset that it was fitted to
   * @param settings of the fit
   * @param tuned what was fitted; stays open
   * @param predictions for the test rows
   * @param fit its result
   * @param json gets all figures
   */
  void store(
      Dataset dataset,
      TuneSettings settings,
      TunedModel tuned,
      Predictions predictions,
      TaskFit fit,
      JsonResult json) {
    AdapterMethod method = settings.method();
    ModuleShares shares = null;
    if (MixFolder.isMix(tuned.model().module())) {
      session.note(common, "Answering the test rows without each module …");
      shares = ModuleShares.of(tuned.model(), dataset, common.seed);
    }
    Optional<Calibration> calibration =
        choice == null
            ? Calibrator.calibrate(tuned.model(), dataset)
            : choice.calibrate(tuned.model(), dataset);
    long saved =
        AdapterFolder.save(
            out, tuned.model(), tuned.provenance(dataset, settings, fit.test()), calibration);
    if (shares != null) {
      AtomicFiles.writeText(
          out.resolve("contributions.svg"),
          new SvgHeatMap(shares.modules(), shares.byLayer()).svg());
      AtomicFiles.writeText(
          out.resolve("contributions.json"), JsonResult.line(SharesView.forJson(shares)) + "\n");
    }
    if (shares != null && !modules.parents().isEmpty()) {
      // What a registry wrote out goes when this run ends; the mix keeps its own copy.
      MixFolder.takeIn(out);
    }
    DenseBase dense = DenseBase.measure(session, common, out, tuned.model(), saved, dataset.test());
    long bytes = dense.bytes();
    List<MixSize> built = List.of();
    if (!sizes.ranks.isEmpty()) {
      session.note(common, "Building the mix in other sizes …");
      List<Path> beside = modules.parents().isEmpty() ? modules.folders() : List.of();
      built = sizes.of(tuned.model(), dataset, out, beside, fit);
    }
    ModuleVersion version =
        register.register(session, out, tuned.model(), dataset, fit.test(), parents(tuned));
    Set<String> scores = fit.test().keySet();
    Table table = new Table(ScoreText.header("split", scores));
    if (!fit.validation().isEmpty()) {
      table.row(ScoreText.row("validation", scores, fit.validation()));
    }
    table.row(ScoreText.row("test", scores, fit.test())).print(session.console());
    TestInterval.print(session.console(), predictions);
    dense.print(session);
    dense.put(json);
    session.console().out().println();
    if (shares != null) {
      SharesView.table(shares).print(session.console());
    }
    if (!built.isEmpty()) {
      session.console().out().println();
      MixSizeOptions.table(built).print(session.console());
      json.put("sizes", MixSizeOptions.forJson(built));
    }
    session
        .console()
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%s on %s: %,d trained numbers, %s in %s%s",
                shares == null ? method.name() : count(shares.modules().size()),
                tuned.model().base().name(),
                fit.trainable(),
                ScoreText.bytes(bytes),
                register.place(out, version),
                ScoreText.epochs(tuned.training().epochs(), tuned.training().bestEpoch())));
    if (method instanceof RoutedMethod) {
      session.note(common, "A share is the mean over the tokens of the test rows.");
    }
    CalibrationView.show(session, calibration, choice == null ? "validation" : "held-out");
    calibration.ifPresent(found -> json.put("calibration", CalibrationView.figures(found)));
    json.put("method", method.name());
    json.put("settings", settings.byName());
    json.put("trainable", fit.trainable());
    json.put("storedBytes", bytes);
    json.put("validation", fit.validation());
    json.put("test", fit.test());
    Mistakes mistakes = Mistakes.of(dataset.test(), predictions);
    mistakes.print(session.console(), " on the test rows");
    json.put("mistakes", mistakes.forJson());
    TestInterval.put(json, predictions);
    json.put("tokensPerSecond", Math.round(tuned.training().tokensPerSecond()));
    json.put("epochs", tuned.training().epochs());
    if (shares != null) {
      json.put("contributions", SharesView.forJson(shares));
    }
    if (version != null) {
      json.put("module", version.id().toString());
    }
  }

  /** Those of the registry's versions that the mix holds. */
  private List<Parent> parents(TunedModel tuned) {
    AdapterModule module = tuned.model().module();
    List<String> held =
        MixFolder.isMix(module) ? MixFolder.parts(module).modules() : module.method().builtOn();
    return modules.parents(held);
  }

  private static String count(int modules) {
    return modules == 1 ? "1 module" : modules + " modules";
  }
}
