package io.haori.benchmarks.speed;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Backbone;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.model.catalogue.FamilyCatalogue;
import io.haori.model.config.ModelConfig;
import io.haori.model.config.PictureShape;
import io.haori.model.family.vit.NewVit;
import io.haori.model.image.PictureValues;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.Weights;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.quant.BasePrecision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Times one training step (forward, backward, optimizer) of LoRA on a random base of the shape of
 * ViT-small: pictures of 224 x 224 pixels in patches of 16, 12 layers of 384, 6 heads. Settings are
 * system properties: {@code targets} (qv or all), {@code precision} of the activations (fp32,
 * bf16), {@code base} (fp32, bf16, int8, int4; several with commas take turns step by step), {@code
 * batch}, {@code steps}, {@code threads}. Prints one JSON line a base, with what is resident after
 * the 20th step and after the last one. The peer's program is {@code peers/vision_step.py}.
 */
public final class PictureStepBenchmark {
  private static final NewVit SHAPE = new NewVit(224, 16, 384, 12, 6, 1536);
  private static final int WARM_UP = 2;
  private static final int SETTLED = 20;
  private static final int CLASSES = 10;

  private PictureStepBenchmark() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    DType dtype = System.getProperty("precision", "bf16").equals("bf16") ? DType.BF16 : DType.F32;
    String[] bases = System.getProperty("base", BasePrecision.of(dtype).id()).split(",", -1);
    String targets = System.getProperty("targets", "all");
    int batch = Integer.getInteger("batch", 16);
    int steps = Integer.getInteger("steps", 12);
    Engine.setThreads(Integer.getInteger("threads", 2));
    SplittableRandom random = new SplittableRandom(1);
    PictureValues pictures = pictures(batch, random);
    double[][] milliseconds = new double[bases.length][steps];
    long settledMb = -1;
    Path folder = Files.createTempDirectory("haori-vit-small");
    try (Scope all = Scope.open()) {
      SHAPE.write(folder, 1);
      Tensor labels = Tensors.of(random.longs(batch, 0, CLASSES).toArray(), batch, 1);
      List<Backbone> backbones = new ArrayList<>();
      List<Contender> learners = new ArrayList<>();
      try (Weights weights = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
        ModelConfig config = FamilyCatalogue.read(folder.resolve("config.json"));
        for (String base : bases) {
          BasePrecision precision = BasePrecision.valueOf(base.toUpperCase(Locale.ROOT));
          Backbone backbone = FamilyCatalogue.build(config, weights, precision, Pooling.AUTO);
          backbones.add(backbone);
          learners.add(Contender.of(method(targets), backbone, Pooling.CLS, CLASSES, random));
        }
      }
      StackProfile profile = null;
      for (int step = 0; step < steps; step++) {
        if (step == WARM_UP && Boolean.getBoolean("profile")) {
          profile = StackProfile.begin();
        }
        for (int i = 0; i < bases.length; i++) {
          long begin = System.nanoTime();
          learners.get(i).step(() -> TextBatch.of(pictures), labels, dtype, step);
          milliseconds[i][step] = (System.nanoTime() - begin) / 1e6;
        }
        if (step + 1 == SETTLED) {
          settledMb = ProcessMemory.residentMb();
        }
      }
      if (profile != null) {
        profile.print();
      }
      long endMb = ProcessMemory.residentMb();
      for (int i = 0; i < bases.length; i++) {
        double[] sorted = Arrays.stream(milliseconds[i]).skip(WARM_UP).sorted().toArray();
        double median = sorted[sorted.length / 2];
        System.out.printf(
            Locale.ROOT,
            "{\"program\":\"haori\",\"shape\":\"vit-small\",\"targets\":\"%s\",\"precision\":\"%s\",\"base\":\"%s\","
                + "\"batch\":%d,\"medianStepMs\":%.0f,\"minStepMs\":%.0f,\"picturesPerSecond\":%.1f,"
                + "\"settledRssMb\":%d,\"endRssMb\":%d,\"peakRssMb\":%d}%n",
            targets,
            dtype,
            bases[i],
            batch,
            median,
            sorted[0],
            1000 * batch / median,
            settledMb,
            endMb,
            ProcessMemory.peakMb());
      }
      learners.forEach(Contender::close);
      backbones.forEach(Backbone::close);
    } finally {
      AtomicFiles.delete(folder);
    }
  }

  private static PictureValues pictures(int batch, SplittableRandom random) {
    float[] values = new float[batch * PictureShape.CHANNELS * SHAPE.side() * SHAPE.side()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    PictureShape shape = new PictureShape(SHAPE.side(), SHAPE.patch(), 1);
    return new PictureValues(values, batch, SHAPE.side(), SHAPE.side(), shape);
  }

  private static AdapterMethod method(String targets) {
    return MethodCatalogue.create(
        "lora", Map.of("targets", targets.equals("qv") ? "query,value" : "all-linear"));
  }
}
