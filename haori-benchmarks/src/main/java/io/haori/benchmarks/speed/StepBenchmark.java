package io.haori.benchmarks.speed;

import com.sun.management.OperatingSystemMXBean;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.EncoderSizes;
import io.haori.model.family.bert.BertConfig;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.quant.BasePrecision;
import io.haori.tensor.quant.InputGradients;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Times one training step (forward, backward, optimizer) of methods on the MiniLM shape with random
 * full-length rows. Settings are system properties, as in the peer's program: {@code method}
 * (lora-qv, lora-all, dora-all, …; several with commas take turns step by step in one process, so
 * that their ratio does not hang on what else the machine does), {@code set} (settings of the
 * method itself, for example {@code dora.gradient=full}), {@code precision} (fp32, bf16), {@code
 * base} (how the base's layers are kept: fp32, bf16, int8, int4; several with commas take turns as
 * methods do), {@code batch}, {@code length}, {@code steps}, {@code threads}. Prints one JSON line
 * a method, with what is resident after the 20th step and after the last one.
 */
public final class StepBenchmark {
  /** Steps that are not counted: caches and code are still cold. */
  private static final int WARM_UP = 2;

  /** A base in 8 bits whose gradients are computed from dense copies of its matrices. */
  private static final String INT8_BACK_IN_FLOATS = "int8-float";

  /** After this many steps whatever is kept between steps is there. */
  private static final int SETTLED = 20;

  private static final int CLASSES = 2;

  private StepBenchmark() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    String[] methods = System.getProperty("method", "lora-qv").split(",", -1);
    DType dtype = System.getProperty("precision", "bf16").equals("bf16") ? DType.BF16 : DType.F32;
    String[] bases = System.getProperty("base", BasePrecision.of(dtype).id()).split(",", -1);
    int batch = Integer.getInteger("batch", 32);
    int length = Integer.getInteger("length", 128);
    int steps = Integer.getInteger("steps", 12);
    Engine.setThreads(Integer.getInteger("threads", 2));
    BertConfig config =
        new BertConfig(
            "bert",
            new EncoderSizes(384, 6, 12, 1e-12),
            1536,
            30522,
            512,
            2,
            "gelu",
            0,
            null,
            List.of());
    SplittableRandom random = new SplittableRandom(1);
    int count = bases.length * methods.length;
    double[][] milliseconds = new double[count][steps];
    double[][] processor = new double[count][steps];
    double[][] caller = new double[count][steps];
    long settledMb = -1;
    long endMb = -1;
    try (Scope all = Scope.open();
        RandomWeights weights = new RandomWeights(config)) {
      Rows rows = Rows.random(batch, length, random);
      List<Backbone> backbones = new ArrayList<>();
      List<Contender> contenders = new ArrayList<>();
      for (String base : bases) {
        boolean floats = base.equals(INT8_BACK_IN_FLOATS);
        BasePrecision precision =
            floats ? BasePrecision.of(dtype) : BasePrecision.valueOf(base.toUpperCase(Locale.ROOT));
        Backbone backbone = FamilyCatalogue.build(config, weights, precision, Pooling.AUTO);
        if (floats) {
          try (TextBatch texts = rows.texts()) {
            backbone.quantise(texts, InputGradients.FLOAT);
          }
        }
        backbones.add(backbone);
        for (String method : methods) {
          contenders.add(
              Contender.of(
                  method(method, System.getProperty("set", "")),
                  backbone,
                  Pooling.MEAN,
                  CLASSES,
                  random));
        }
      }
      StackProfile profile = null;
      for (int step = 0; step < steps; step++) {
        if (step == WARM_UP && Boolean.getBoolean("profile")) {
          profile = StackProfile.begin();
        }
        for (int i = 0; i < count; i++) {
          long used = processorNanos();
          long own = CallingThread.nanos();
          long begin = System.nanoTime();
          contenders.get(i).step(rows::texts, rows.labels, dtype, step);
          milliseconds[i][step] = (System.nanoTime() - begin) / 1e6;
          processor[i][step] = (processorNanos() - used) / 1e6;
          caller[i][step] = (CallingThread.nanos() - own) / 1e6;
        }
        if (step + 1 == SETTLED) {
          settledMb = ProcessMemory.residentMb();
        }
      }
      if (profile != null) {
        profile.print();
      }
      endMb = ProcessMemory.residentMb();
      contenders.forEach(Contender::close);
      backbones.forEach(Backbone::close);
    }
    for (int i = 0; i < count; i++) {
      double[] sorted = Arrays.stream(milliseconds[i]).skip(WARM_UP).sorted().toArray();
      System.out.printf(
          "{\"program\":\"haori\",\"method\":\"%s\",\"precision\":\"%s\",\"base\":\"%s\",\"batch\":%d,\"length\":%d,"
              + "\"medianStepMs\":%.0f,\"medianProcessorMs\":%.0f,\"medianThreadMs\":%.0f,\"minStepMs\":%.0f,\"medianRatioToFirst\":%.3f,"
              + "\"settledRssMb\":%d,\"endRssMb\":%d,\"peakRssMb\":%d}%n",
          methods[i % methods.length],
          dtype,
          bases[i / methods.length],
          batch,
          length,
          sorted[sorted.length / 2],
          Arrays.stream(processor[i]).skip(WARM_UP).sorted().toArray()[sorted.length / 2],
          Arrays.stream(caller[i]).skip(WARM_UP).sorted().toArray()[sorted.length / 2],
          sorted[0],
          medianRatio(milliseconds[i], milliseconds[0]),
          settledMb,
          endMb,
          ProcessMemory.peakMb());
    }
  }

  /**
   * Processor time of all threads: what other work on the machine disturbs less than the clock. A
   * thread that waits for another may spin, which counts.
   */
  private static long processorNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Median over the turns of one method's time over the other's in the same turn. */
  private static double medianRatio(double[] times, double[] first) {
    double[] ratios =
        IntStream.range(WARM_UP, times.length)
            .mapToDouble(i -> times[i] / first[i])
            .sorted()
            .toArray();
    return ratios[ratios.length / 2];
  }

  /** Tokens and classes that every method gets. */
  private static final class Rows {
    private final long[] ids;
    private final int[] lengths;
    private final int length;
    private final Tensor labels;

    private TextBatch texts() {
      return new TextBatch(ids, new long[ids.length], lengths, length);
    }

    private Rows(long[] ids, int[] lengths, int length, Tensor labels) {
      this.ids = ids;
      this.lengths = lengths;
      this.length = length;
      this.labels = labels;
    }

    static Rows random(int batch, int length, SplittableRandom random) {
      long[] ids = random.longs((long) batch * length, 1000, 30000).toArray();
      int[] lengths = new int[batch];
      Arrays.fill(lengths, length);
      Tensor labels = Tensors.of(random.longs(batch, 0, CLASSES).toArray(), batch, 1);
      return new Rows(ids, lengths, length, labels);
    }
  }

  /** A method of the catalogue, a hyphen and where it sits: {@code qv} or {@code all}. */
  private static AdapterMethod method(String text, String set) {
    String[] parts = text.split("-", -1);
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "targets",
        parts[1].equals("qv") ? "query,value" : "regex:.*encoder.*(query|key|value|dense)");
    for (String setting : set.isEmpty() ? new String[0] : set.split(",", -1)) {
      String[] pair = setting.split("=", -1);
      if (pair[0].startsWith(parts[0] + ".")) {
        settings.put(pair[0].substring(parts[0].length() + 1), pair[1]);
      }
    }
    return MethodCatalogue.create(parts[0], settings);
  }
}
