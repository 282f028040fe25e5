package io.haori.benchmarks.speed;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.inference.model.BaseOptions;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.TextBatch;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Weight;
import io.haori.tensor.quant.BasePrecision;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.Schedule;
import io.haori.training.pretrain.DomainCorpus;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.ObjectiveChoice;
import io.haori.training.pretrain.PretrainListener;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.pretrain.Pretrainer;
import io.haori.training.pretrain.SequentialPretrainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Speed and memory of domain-adaptive pre-training. System properties: {@code base}, {@code
 * corpora} (files with commas), {@code mode} (modules: one a corpus, side by side; full: the whole
 * base, one corpus after another), {@code steps} (of each domain on average), {@code batch}, {@code
 * length}, {@code places} (rows × length of a pass), {@code checkpointing}, {@code precision},
 * {@code basePrecision} (as {@code precision}, or int8), {@code threads}. Prints one JSON line;
 * memory is in MB over what the loaded base took that has answered once.
 */
public final class DomainsBenchmark {
  private static final double MEGABYTE = 1 << 20;

  private DomainsBenchmark() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    boolean full = System.getProperty("mode", "modules").equals("full");
    int steps = Integer.getInteger("steps", 20);
    Engine.setThreads(Integer.getInteger("threads", 2));
    List<DomainCorpus> corpora = new ArrayList<>();
    for (String file : System.getProperty("corpora").split(",", -1)) {
      corpora.add(DomainCorpus.read("domain-" + corpora.size(), List.of(Path.of(file))));
    }
    DType precision =
        System.getProperty("precision", "bf16").equals("bf16") ? DType.BF16 : DType.F32;
    AdapterMethod lora = MethodCatalogue.create("lora", Map.of("targets", "all-linear"));
    PretrainSettings settings =
        new PretrainSettings(
            ObjectiveChoice.parse("objective", System.getProperty("objective", "auto")),
            lora,
            1,
            Integer.getInteger("batch", PretrainSettings.DEFAULT_BATCH_SIZE),
            Integer.getInteger("length", PretrainSettings.DEFAULT_MAX_LENGTH),
            precision,
            BaseOptions.DEFAULT,
            AdamWConfig.DEFAULT,
            Schedule.DEFAULT,
            1.0,
            PretrainSettings.DEFAULT_DROPOUT,
            PretrainSettings.DEFAULT_HELD_OUT_SHARE,
            Integer.getInteger("places", PretrainSettings.DEFAULT_PASS_TOKENS),
            Boolean.getBoolean("checkpointing"),
            1_000_000,
            42);
    String name = System.getProperty("base", "minilm");
    BasePrecision kept =
        BasePrecision.parse(
                System.getProperty(
                    "basePrecision", BasePrecision.of(full ? DType.F32 : precision).id()))
            .orElseThrow();
    try (TextBase base = TextBase.open(name, kept, FetchListener.SILENT)) {
      // What training adds to the base is looked at, not the garbage of reading it, nor the code of
      // libraries that a first answer loads.
      answer(base, precision);
      System.gc();
      long loaded = ProcessMemory.residentMb();
      ProcessMemory.resetPeak();
      Watch watch = new Watch(full ? 1 : corpora.size(), steps);
      if (full) {
        List<String> order = corpora.stream().map(DomainCorpus::name).toList();
        new SequentialPretrainer(base, settings)
            .listener(watch)
            .stopWhen(watch::isEnough)
            .run(corpora, order, trained -> {});
      } else {
        new Pretrainer(base, settings).listener(watch).stopWhen(watch::isEnough).run(corpora);
      }
      long trained = full ? weights(base) : corpora.size() * parameters(lora, base);
      double gradients = 4.0 * trained / MEGABYTE;
      // Full training keeps F32 copies of all weights beside the loaded ones.
      double values = 4.0 * trained / MEGABYTE;
      double moments = 8.0 * trained / MEGABYTE;
      long over = watch.peakMb() - loaded;
      System.out.printf(
          "{\"mode\":\"%s\",\"domains\":%d,\"base\":\"%s\",\"precision\":\"%s\","
              + "\"basePrecision\":\"%s\",\"steps\":%d,"
              + "\"tokensPerSecond\":%.0f,\"loadedMb\":%d,\"overMb\":%d,"
              + "\"valuesMb\":%.0f,\"gradientsMb\":%.0f,\"momentsMb\":%.0f,\"restMb\":%.0f}%n",
          full ? "full" : "modules",
          corpora.size(),
          name,
          precision,
          kept.id(),
          steps,
          watch.tokensPerSecond(),
          loaded,
          over,
          values,
          gradients,
          moments,
          over - values - gradients - moments);
    }
  }

  private static void answer(TextBase base, DType precision) {
    long[] ids = new long[64];
    try (Scope scope = Scope.open();
        Tape tape = Tape.inference(precision);
        TextBatch texts = new TextBatch(ids, ids, new int[] {32, 32}, 32)) {
      base.backbone().hidden(tape, texts, Adaptation.NONE, false);
    }
  }

  private static long weights(TextBase base) {
    return base.backbone().weights().stream().mapToLong(DomainsBenchmark::count).sum();
  }

  private static long count(Weight weight) {
    return weight.frozen().count();
  }

  private static long parameters(AdapterMethod method, TextBase base) {
    try (AdapterModule module =
        AdapterModule.create("count", method, base.backbone(), new SplittableRandom(1))) {
      return module.parameters().stream().mapToLong(part -> part.parameter().count()).sum();
    }
  }

  /** Stops after enough steps. */
  private static final class Watch implements PretrainListener {
    private final int enough;
    private int done;
    private double tokensPerSecond;
    private long peak;

    Watch(int domains, int steps) {
      this.enough = domains * steps;
    }

    @Override
    public void onStep(int nowDone, int total, List<String> active, double loss, double speed) {
      if (total < enough) {
        throw new IllegalStateException("the domains have " + total + " of " + enough + " batches");
      }
      done = nowDone;
      tokensPerSecond = speed;
      try {
        peak = ProcessMemory.peakMb();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void onModule(DomainResult result, AdapterModule module) {
      if (done < enough) {
        throw new IllegalStateException(result.name() + " has too few texts for that many steps");
      }
    }

    boolean isEnough() {
      return done >= enough;
    }

    double tokensPerSecond() {
      return tokensPerSecond;
    }

    long peakMb() {
      return peak;
    }
  }
}
