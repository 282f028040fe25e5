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
import io.haori.training.machine.WritingChoice;
import io.haori.training.machine.WritingTime;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
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
          + " training step, of a classification pass and, where the base writes text, of further"
          + " tokens, in each precision and with 1, 2, 4 … threads; and which precision and how"
          + " many threads suit, and why. A large base takes longer. --precision, --base-precision"
          + " and --threads bound what is tried."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  haori bench", "  haori bench --base bert-base --threads 4 --json"})
public final class BenchCommand implements Callable<Integer> {
  /** How many texts are written at once when that is measured. */
  private static final List<Integer> TEXTS = List.of(1, 16);

  private final Session session;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "How often each piece of work is timed; the median counts (default: ${DEFAULT-VALUE}).")
  int repeats;

  @Mixin final CommonOptions common = new CommonOptions();

  /** Whether the base was found to be a decoder. */
  private boolean writes;

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
    List<WritingTime> writing = new ArrayList<>();
    if (!measure(setup, base, products, runs) || !measureWriting(setup, base, writing)) {
      session.console().err().println("Interrupted.");
      return ExitCode.INTERRUPTED;
    }
    ComputeSetting automatic =
        new ComputeSetting(setup.basePrecision(setup.precision()).id(), Engine.threads());
    MachineChoice choice = MachineChoice.of(runs, automatic);
    if (!isBound() && !Processor.bf16IsFast()) {
      choice =
          choice.with(
              "Steps in bf16 were not measured: this processor has no instructions for it, so that"
                  + " it saves memory and costs time.");
    }
    if (!isBound() && !Processor.int8IsFast()) {
      choice =
          choice.with(
              "Steps in int8 were not measured: this processor has neither AVX2 nor VNNI nor AMX,"
                  + " so that it saves memory and no time.");
    }
    if (!writing.isEmpty()) {
      choice = choice.with(WritingChoice.of(writing).sentence());
    }
    BenchView view = new BenchView(base, load, products, runs, writing, choice);
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
          .put("writing", writing)
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
    if (isBound()) {
      return List.of(setup.basePrecision(setup.precision()));
    }
    List<BasePrecision> tried = new ArrayList<>(List.of(BasePrecision.FP32));
    if (Processor.bf16IsFast()) {
      tried.add(BasePrecision.BF16);
    }
    if (Processor.int8IsFast()) {
      tried.add(BasePrecision.INT8);
    }
    return tried;
  }

  private boolean isBound() {
    return !common.basePrecision.equals("auto") || !common.precision.equals("auto");
  }

  /** Writing reads every matrix for each token: there fewer bits are faster on any processor. */
  private List<BasePrecision> triedForWriting(EngineSetup setup) {
    if (isBound()) {
      return tried(setup);
    }
    BasePrecision dense = Processor.bf16IsFast() ? BasePrecision.BF16 : BasePrecision.FP32;
    return List.of(dense, BasePrecision.INT8, BasePrecision.INT4);
  }

  private boolean measure(
      EngineSetup setup, String name, List<ProductTime> products, List<RunTime> runs) {
    return measure(
        setup,
        name,
        tried(setup),
        (meter, setting) -> {
          writes = meter.writes();
          products.addAll(meter.products(setting.precision(), setting.threads()));
          runs.add(meter.run(setting.precision(), setting.threads()));
        });
  }

  private boolean measureWriting(EngineSetup setup, String name, List<WritingTime> times) {
    if (!writes) {
      return true;
    }
    return measure(
        setup,
        name,
        triedForWriting(setup),
        (meter, setting) -> {
          for (int texts : TEXTS) {
            times.add(meter.writing(setting.precision(), setting.threads(), texts));
          }
        });
  }

  private boolean measure(
      EngineSetup setup,
      String name,
      List<BasePrecision> tried,
      BiConsumer<MachineMeter, ComputeSetting> work) {
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
            ComputeSetting setting = new ComputeSetting(word, count);
            work.accept(meter, setting);
            progress.at(++done, setting.words());
          }
        }
      }
    }
    return true;
  }
}
