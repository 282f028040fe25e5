package io.haori.benchmarks.serving;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.live.LiveModel;
import io.haori.inference.live.LivePart;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Times the changes of a live model on MiniLM, LoRA of rank 8 on every linear layer: alone, while
 * another thread predicts without a pause, and from a folder on disk. Settings are system
 * properties: {@code repeats}, {@code threads}. Prints one JSON line a setting, milliseconds.
 */
public final class LiveBenchmark {
  private static final List<String> TEXT = List.of("a rich soup thickened with okra pods");

  private final TextBase base;
  private final Path folder;
  private final int repeats;
  private long seed;

  private LiveBenchmark(TextBase base, Path folder, int repeats) {
    this.base = base;
    this.folder = folder;
    this.repeats = repeats;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Engine.setThreads(Integer.getInteger("threads", 2));
    Path folder = Files.createTempDirectory("haori-live");
    try (TextBase base = TextBase.open("minilm", DType.F32, FetchListener.SILENT)) {
      var benchmark = new LiveBenchmark(base, folder, Integer.getInteger("repeats", 200));
      benchmark.store();
      benchmark.measure(false);
      benchmark.measure(true);
    } finally {
      delete(folder);
    }
  }

  private Heads heads() {
    return Heads.create(
        DomainLabels.single(TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("a", "b"))),
        384,
        new Random(++seed));
  }

  private static TextOptions options() {
    return new TextOptions(Pooling.MEAN, 128, DType.F32);
  }

  private AdapterModule module() {
    Random random = new Random(++seed);
    AdapterModule module =
        AdapterModule.create(
            "live",
            MethodCatalogue.create("lora", Map.of("targets", "all-linear")),
            base.backbone(),
            random);
    try (Scope scope = Scope.open()) {
      for (TrainedParameter part : module.parameters()) {
        part.parameter().value().addInPlace(Tensors.full(1e-3, DType.F32, 1));
      }
    }
    return module;
  }

  private void store() {
    try (TextModel model = new TextModel(base, module(), heads(), options())) {
      Provenance none = new Provenance(Map.of(), Map.of(), 1, 1, 1, Map.of(), Map.of());
      AdapterFolder.save(folder.resolve("adapter"), model, none);
    }
  }

  private void measure(boolean busy) throws InterruptedException {
    Map<String, double[]> times = new LinkedHashMap<>();
    for (String change :
        List.of("attach", "disable", "enable", "replace", "rollback", "detach", "readAndReplace")) {
      times.put(change, new double[repeats]);
    }
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong predictions = new AtomicLong();
    try (LiveModel live = new LiveModel(base, heads(), options())) {
      Thread predicting =
          new Thread(
              () -> {
                while (busy && !stop.get()) {
                  live.logits(TEXT);
                  predictions.incrementAndGet();
                }
              });
      predicting.start();
      for (int i = 0; i < 20 + repeats; i++) {
        // The first rounds warm up.
        round(live, times, Math.max(0, i - 20));
      }
      stop.set(true);
      predicting.join();
    }
    StringBuilder json = new StringBuilder("{\"benchmark\":\"live\",\"predicting\":" + busy);
    times.forEach(
        (change, all) -> {
          double[] sorted = Arrays.stream(all).sorted().toArray();
          json.append(
              String.format(
                  Locale.ROOT,
                  ",\"%s\":{\"p50\":%.3f,\"p95\":%.3f,\"max\":%.3f}",
                  change,
                  sorted[repeats / 2],
                  sorted[repeats * 95 / 100],
                  sorted[repeats - 1]));
        });
    System.out.println(
        json.append(",\"predictions\":")
            .append(predictions)
            .append(",\"heldObjects\":")
            .append(Engine.heldObjects())
            .append("}"));
  }

  private void round(LiveModel live, Map<String, double[]> times, int index) {
    LivePart first = LivePart.of(module());
    LivePart second = LivePart.of(module());
    time(times, "attach", index, () -> live.attach("food", first));
    time(times, "disable", index, () -> live.disable("food"));
    time(times, "enable", index, () -> live.enable("food"));
    time(times, "replace", index, () -> live.replace("food", second));
    time(times, "rollback", index, () -> live.rollback("food"));
    time(
        times,
        "readAndReplace",
        index,
        () -> live.replace("food", LivePart.read(folder.resolve("adapter"), base, DType.F32)));
    time(times, "detach", index, () -> live.detach("food"));
  }

  private static void time(Map<String, double[]> times, String change, int index, Runnable work) {
    long begin = System.nanoTime();
    work.run();
    double[] ofChange = times.get(change);
    if (ofChange != null) {
      ofChange[index] = (System.nanoTime() - begin) / 1e6;
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
