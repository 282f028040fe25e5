package io.haori.benchmarks.speed;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.domix.Bridge;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.TextBatch;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.EncoderSizes;
import io.haori.model.family.bert.BertConfig;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.optim.AdamW;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.ParameterGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * What the bridge costs: steps of a mix of six modules of rank 8 and of one plain LoRA of rank 48,
 * in turns in one process, on the MiniLM shape with all linear layers. System properties: {@code
 * precision} (fp32, bf16), {@code batch}, {@code length}, {@code steps}, {@code threads}. Prints
 * one JSON line.
 */
public final class BridgeBenchmark {
  private static final int MODULES = 6;
  private static final int RANK = 8;

  private BridgeBenchmark() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    DType dtype = System.getProperty("precision", "bf16").equals("bf16") ? DType.BF16 : DType.F32;
    int batch = Integer.getInteger("batch", 32);
    int length = Integer.getInteger("length", 128);
    int steps = Integer.getInteger("steps", 14);
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
    Map<String, double[]> times = new LinkedHashMap<>();
    try (Scope all = Scope.open();
        RandomWeights weights = new RandomWeights(config);
        Backbone backbone = FamilyCatalogue.build(config, weights, dtype)) {
      List<Contender> contenders = new ArrayList<>();
      contenders.add(contender("lora", lora(MODULES * RANK), backbone, random));
      List<MixedModule> modules = new ArrayList<>();
      for (int k = 0; k < MODULES; k++) {
        AdapterModule module = AdapterModule.create("m" + k, lora(RANK), backbone, random);
        modules.add(new MixedModule("m" + k, Path.of("m" + k), "digest", module));
      }
      for (Bridge bridge : Bridge.values()) {
        DomixMethod mix = new DomixMethod(DomixConfig.DEFAULT.withBridge(bridge), modules);
        contenders.add(contender("domix " + bridge, mix, backbone, random));
      }
      long[] ids = random.longs((long) batch * length, 1000, 30000).toArray();
      int[] lengths = new int[batch];
      Arrays.fill(lengths, length);
      contenders.forEach(one -> times.put(one.name(), new double[steps]));
      for (int step = 0; step < steps; step++) {
        for (Contender one : contenders) {
          long begin = System.nanoTime();
          step(one, backbone, dtype, new TextBatch(ids, new long[ids.length], lengths, length));
          Objects.requireNonNull(times.get(one.name()))[step] = (System.nanoTime() - begin) / 1e6;
        }
      }
    }
    StringBuilder line = new StringBuilder("{\"precision\":\"" + dtype + "\"");
    double plain = median(Objects.requireNonNull(times.get("lora")));
    times.forEach(
        (name, values) ->
            line.append(
                String.format(
                    ",\"%s\":{\"medianStepMs\":%.0f,\"overLora\":%.3f}",
                    name, median(values), median(values) / plain)));
    System.out.println(line.append("}"));
  }

  private record Contender(String name, AdapterModule module, AdamW optimizer) {}

  private static AdapterMethod lora(int rank) {
    return MethodCatalogue.create(
        "lora", Map.of("targets", "all-linear", "rank", String.valueOf(rank)));
  }

  private static Contender contender(
      String name, AdapterMethod method, Backbone backbone, SplittableRandom random) {
    AdapterModule module = AdapterModule.create(name, method, backbone, random);
    List<Parameter> parameters =
        module.parameters().stream().map(TrainedParameter::parameter).toList();
    return new Contender(
        name,
        module,
        new AdamW(AdamWConfig.DEFAULT, List.of(new ParameterGroup("all", parameters, 1.0, 1.0))));
  }

  private static void step(Contender one, Backbone backbone, DType dtype, TextBatch batch) {
    try (batch;
        Scope scope = Scope.open();
        Tape tape = Tape.recording(dtype, 1)) {
      Variable hidden = backbone.hidden(tape, batch, one.module(), false);
      hidden.accumulate(Tensors.full(1e-3, dtype, hidden.value().shape()));
      tape.backwardFromGradients();
      one.optimizer().step(1e-4);
      one.optimizer().zeroGradients();
    }
  }

  /** Without the first two steps, which warm up. */
  private static double median(double[] values) {
    double[] sorted = Arrays.stream(values).skip(2).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
