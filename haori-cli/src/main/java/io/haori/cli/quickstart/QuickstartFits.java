package io.haori.cli.quickstart;

import io.haori.adapter.domix.BridgeStart;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.cli.demo.DemoLines;
import io.haori.cli.options.RunOptions;
import io.haori.cli.options.SettingsMap;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.tune.FitView;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.training.baseline.Baselines;
import io.haori.training.baseline.TaskFit;
import io.haori.training.baseline.TaskFitter;
import io.haori.training.choice.Candidates;
import io.haori.training.condense.MeanModel;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.mix.ModuleShares;
import io.haori.training.task.StoredStart;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.answer.Predictions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Fits the modules of all lines, then each line as a new one. */
final class QuickstartFits {
  private final Session session;
  private final CommonOptions common;
  private final TextBase base;
  private final DType precision;
  private final Path out;
  private final BooleanSupplier stopRequested;

  /** Test accuracy of a line's own module. */
  private final Map<String, Double> own = new LinkedHashMap<>();

  /** The settings of what was fitted, by way. */
  private final Map<String, Object> used = new LinkedHashMap<>();

  QuickstartFits(
      Session session,
      CommonOptions common,
      TextBase base,
      DType precision,
      Path out,
      BooleanSupplier stopRequested) {
    this.session = session;
    this.common = common;
    this.base = base;
    this.precision = precision;
    this.out = out;
    this.stopRequested = stopRequested;
  }

  /** The settings of what was fitted, by way. */
  Map<String, Object> used() {
    return used;
  }

  /** Fits those that an earlier run has not left; false when interrupted. */
  boolean fitModules() {
    for (String line : DemoLines.LINES) {
      Dataset data = Dataset.read(out.resolve("data").resolve(line));
      TaskFitter fitter = fitter(data);
      Path folder = module(line);
      if (Files.isDirectory(folder)) {
        try (TextModel stored = AdapterFolder.load(folder, base, precision)) {
          own.put(line, accuracy(Predictions.of(stored, data.test())));
        }
        continue;
      }
      AdapterMethod lora = Baselines.lora();
      used.put("module", fitter.settings(lora).byName());
      TaskFit fit =
          fitter.fit(
              line,
              lora,
              null,
              false,
              (tuned, predictions, done) -> {
                own.put(line, accuracy(predictions));
                AdapterFolder.save(
                    folder,
                    tuned.model(),
                    tuned.provenance(data, fitter.settings(lora), done.test()));
              });
      if (fit == null) {
        return false;
      }
    }
    return true;
  }

  /**
   * Fits a line as a new one.
   *
   * @return null when interrupted
   */
  @Nullable QuickstartLine fitNew(String line) {
    Dataset whole = Dataset.read(out.resolve("data").resolve(line));
    Dataset few = few(whole);
    TaskFitter fitter = fitter(few);
    AdapterMethod head = Baselines.frozen();
    AdapterMethod plain = Baselines.lora();
    used.put("frozen", fitter.settings(head).byName());
    used.put("lora", fitter.settings(plain).byName());
    TaskFit frozen = fitter.fit(line + " head", head);
    TaskFit lora = frozen == null ? null : fitter.fit(line + " LoRA", plain);
    List<ModuleShares> shares = new ArrayList<>();
    TaskFit mix = lora == null ? null : mix(line, few, fitter, shares);
    TaskFit started = mix == null ? null : started(line, few, fitter);
    if (frozen == null || lora == null || mix == null || started == null) {
      return null;
    }
    return new QuickstartLine(
        line,
        few.train().rows().size(),
        own.getOrDefault(line, Double.NaN),
        frozen,
        lora,
        mix,
        started,
        shares.get(0));
  }

  /** A few labelled rows of a line in the shares of its classes, and none to choose an epoch by. */
  private Dataset few(Dataset whole) {
    Dataset few = whole.withTrainRows(QuickstartCommand.NEW_ROWS, common.seed);
    return new Dataset(
        few.folder(),
        few.labels(),
        few.train(),
        new DataFile(few.validation().path(), List.of(), few.validation().sha256()),
        few.test());
  }

  private @Nullable TaskFit mix(
      String line, Dataset few, TaskFitter fitter, List<ModuleShares> shares) {
    List<MixedModule> modules = MixFolder.open(others(line), base.backbone());
    try {
      DomixMethod method =
          new DomixMethod(DomixConfig.DEFAULT.withStart(BridgeStart.MODULES), modules);
      TuneSettings settings =
          Candidates.mix("mix", method, fitter.settings(Baselines.lora())).settings();
      used.put("mix", settings.byName());
      return fitter.fit(
          line + " mix",
          settings,
          (tuned, predictions, fit) ->
              shares.add(ModuleShares.of(tuned.model(), few, common.seed)));
    } finally {
      modules.forEach(one -> one.module().close());
    }
  }

  private @Nullable TaskFit started(String line, Dataset few, TaskFitter fitter) {
    Path mean = out.resolve("means").resolve(line);
    MeanModel.write(mean, others(line), base);
    StoredStart start = new StoredStart(mean, true);
    TuneSettings settings = start.settings(fitter.settings(Baselines.lora()), base);
    used.put("started", settings.byName());
    return fitter.fitFrom(
        line + " from the others",
        start,
        (tuned, predictions, fit) ->
            AdapterFolder.save(
                out.resolve("new").resolve(line),
                tuned.model(),
                tuned.provenance(few, settings, fit.test())));
  }

  private List<Path> others(String line) {
    return DemoLines.LINES.stream().filter(other -> !other.equals(line)).map(this::module).toList();
  }

  private Path module(String line) {
    return out.resolve("modules").resolve(line);
  }

  private TaskFitter fitter(Dataset data) {
    return FitView.fitter(
        session,
        common,
        base,
        data,
        method ->
            new RunOptions()
                .settings(
                    method,
                    new SettingsMap(Map.of()),
                    common.seed,
                    precision,
                    data.labels().task()),
        stopRequested);
  }

  private static double accuracy(Predictions predictions) {
    return predictions.scores().byName().getOrDefault("accuracy", Double.NaN);
  }
}
