package io.haori.cli.bench;

import static io.haori.core.check.Check.require;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.lora.LoraMethod;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.EngineSetup;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.Interruption;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.tensor.Engine;
import io.haori.tensor.Processor;
import io.haori.tensor.quant.BasePrecision;
import io.haori.training.machine.ComputeSetting;
import io.haori.training.machine.MachineChoice;
import io.haori.training.machine.MachineMeter;
import io.haori.training.machine.ProductTime;
import io.haori.training.machine.RunTime;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori bench}: what this machine does, and which settings follow. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Says within a minute what this machine does with a base: times of its matrix products, of a"
          + " training step and of a classification pass, in each precision and with 1, 2, 4 …"
          + " threads; and which precision and how many threads suit, and why. --precision,"
          + " --base-precision and --threads bound what is tried."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  haori bench", "  haori bench --base bert-base --threads 4 --json"})
public final class BenchCommand implements Callable<Integer> {
  private final Session session;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "How often each piece of work is timed; the median counts (default: ${DEFAULT-VALUE}).")
  int repeats;

  @Mixin final CommonOptions common = new CommonOptions();

  /** A command of a session. */
  public BenchCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Instant start = session.clock().instant();
    common.check();
    require(repeats >= 1, "--repeats", "at least 1", repeats);
    // Asked first: this command's own work is no reason to wait.
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    EngineSetup setup = new EngineSetup(session, common);
    String base = common.baseOr(CommonOptions.DEFAULT_BASE);
    List<ProductTime> products = new ArrayList<>();
    List<RunTime> runs = new ArrayList<>();
    if (!measure(setup, base, products, runs)) {
      session.console().err().println("Interrupted.");
      return ExitCode.INTERRUPTED;
    }
    ComputeSetting automatic =
        new ComputeSetting(setup.basePrecision(setup.precision()).id(), Engine.threads());
    MachineChoice choice = MachineChoice.of(runs, automatic);
    if (!Processor.int8IsFast()) {
      choice =
          choice.with(
              "int8 was not measured: this processor has neither VNNI nor AMX, so that it saves"
                  + " memory and no time.");
    }
    BenchView view = new BenchView(base, load, products, runs, choice);
    view.print(session.console());
    if (common.json) {
      new JsonResult("bench")
          .put("base", base)
          .put("processor", Processor.name())
          .put("instructions", Processor.instructions())
          .put("cores", Runtime.getRuntime().availableProcessors())
          .put("load", load < 0 ? null : load)
          .put("products", products)
          .put("runs", runs)
          .put("automatic", automatic)
          .put("chosen", choice.setting())
          .put("options", view.options())
          .put("reasons", choice.reasons())
          .print(session.console(), session.secondsSince(start));
    }
    return ExitCode.DONE;
  }

  /** The most exact one first. */
  private List<BasePrecision> tried(EngineSetup setup) {
    if (!common.basePrecision.equals("auto") || !common.precision.equals("auto")) {
      return List.of(setup.basePrecision(setup.precision()));
    }
    return Processor.int8IsFast()
        ? List.of(BasePrecision.FP32, BasePrecision.BF16, BasePrecision.INT8)
        : List.of(BasePrecision.FP32, BasePrecision.BF16);
  }

  private boolean measure(
      EngineSetup setup, String name, List<ProductTime> products, List<RunTime> runs) {
    List<BasePrecision> tried = tried(setup);
    List<Integer> threads = MachineMeter.threadCounts(Engine.threads());
    int done = 0;
    try (Interruption interruption = Interruption.ofProcess(session.console());
        Progress progress =
            session.progress(common, "Measuring", 0, (long) tried.size() * threads.size())) {
      for (BasePrecision precision : tried) {
        String word = precision.id();
        DType dtype = precision.quantises() ? setup.precision() : precision.otherWeights();
        try (TextBase base = setup.open(name, precision)) {
          MachineMeter meter =
              new MachineMeter(
                  base,
                  dtype,
                  MethodCatalogue.create(LoraMethod.NAME, Map.of()),
                  repeats,
                  System::nanoTime);
          for (int count : threads) {
            if (interruption.requested()) {
              return false;
            }
            products.addAll(meter.products(word, count));
            runs.add(meter.run(word, count));
            progress.at(++done, new ComputeSetting(word, count).words());
          }
        }
      }
    }
    return true;
  }
}
