package io.haori.benchmarks;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.model.config.TransformerConfig;
import io.haori.model.transformer.Encoder;
import io.haori.model.transformer.Pooling;
import io.haori.model.transformer.TextBatch;
import io.haori.tensor.DType;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.optim.AdamW;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.ParameterGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Times one training step (forward, backward, optimizer) of a method on the MiniLM shape with
 * random full-length rows. Settings are system properties, as in the peer's program: {@code method}
 * (lora-qv, lora-all, dora-all, …), {@code set} (its own settings, for example {@code
 * gradient=full}), {@code precision} (fp32, bf16), {@code batch}, {@code length}, {@code
 * steps}, {@code threads}. Prints one JSON line.
 */
public final class StepBenchmark {
  private StepBenchmark() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    String method = System.getProperty("method", "lora-qv");
    DType dtype = System.getProperty("precision", "bf16").equals("bf16") ? DType.BF16 : DType.F32;
    int batch = Integer.getInteger("batch", 32);
    int length = Integer.getInteger("length", 128);
    int steps = Integer.getInteger("steps", 12);
    Engine.setThreads(Integer.getInteger("threads", 2));
    TransformerConfig config =
        new TransformerConfig(
            "bert", 384, 6, 12, 1536, 30522, 512, 2, 1e-12, "gelu", 0, null, List.of());
    AdapterMethod adapterMethod = method(method, System.getProperty("set", ""));
    SplittableRandom random = new SplittableRandom(1);
    double[] milliseconds = new double[steps];
    try (Scope all = Scope.open();
        RandomWeights weights = new RandomWeights(config);
        Encoder encoder = Encoder.load(config, weights, dtype);
        AdapterModule module =
            AdapterModule.create("bench", adapterMethod, encoder, random)) {
      Parameter head = new Parameter("classifier.weight", Tensor.normal(random, 0.02, 2, 384));
      List<Parameter> parameters =
          new ArrayList<>(module.parameters().stream().map(TrainedParameter::parameter).toList());
      parameters.add(head);
      AdamW optimizer =
          new AdamW(AdamWConfig.DEFAULT, List.of(new ParameterGroup("all", parameters, 1.0, 1.0)));
      long[] ids = random.longs((long) batch * length, 1000, 30000).toArray();
      int[] lengths = new int[batch];
      Arrays.fill(lengths, length);
      Tensor labels = Tensor.of(random.longs(batch, 0, 2).toArray(), batch, 1);
      for (int step = 0; step < steps; step++) {
        long begin = System.nanoTime();
        try (Scope scope = Scope.open();
            Tape tape = Tape.recording(dtype, step);
            TextBatch texts = new TextBatch(ids, new long[ids.length], lengths, length)) {
          Variable hidden = encoder.hidden(tape, texts, module, false);
          Variable pooled = Pooling.MEAN.apply(tape, encoder, hidden, texts, module);
          Variable loss =
              Differentiated.apply(
                  tape,
                  List.of(pooled),
                  List.of(head),
                  in ->
                      in.get(0)
                          .to(DType.F32)
                          .matmul(in.get(1).t())
                          .logSoftmax()
                          .gather(1, labels)
                          .mean()
                          .mul(-1));
          tape.backward(loss);
          optimizer.step(1e-4);
          optimizer.zeroGradients();
          loss.value().item();
        }
        milliseconds[step] = (System.nanoTime() - begin) / 1e6;
      }
      head.close();
    }
    double[] sorted = Arrays.stream(milliseconds).skip(2).sorted().toArray();
    System.out.printf(
        "{\"program\":\"haori\",\"method\":\"%s\",\"precision\":\"%s\",\"batch\":%d,\"length\":%d,"
            + "\"medianStepMs\":%.0f,\"minStepMs\":%.0f,\"peakRssMb\":%d}%n",
        method, dtype, batch, length, sorted[sorted.length / 2], sorted[0], peakRssMb());
  }

  /** A method of the catalogue, a hyphen and where it sits: {@code qv} or {@code all}. */
  private static AdapterMethod method(String text, String set) {
    String[] parts = text.split("-");
    Map<String, String> settings = new HashMap<>();
    settings.put(
        "targets",
        parts[1].equals("qv") ? "query,value" : "regex:.*encoder.*(query|key|value|dense)");
    for (String setting : set.isEmpty() ? new String[0] : set.split(",")) {
      settings.put(setting.split("=")[0], setting.split("=")[1]);
    }
    return MethodCatalogue.create(parts[0], settings);
  }

  private static long peakRssMb() throws java.io.IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(-1);
  }
}
