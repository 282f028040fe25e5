package io.haori.benchmarks.speed;

import com.sun.management.OperatingSystemMXBean;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Row;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Times whole fits with adapters in the upper layers only, with the states below computed once and
 * computed anew in every epoch, in turns in one process. System properties: {@code data} (a
 * folder), {@code base}, {@code layers} (a regular expression of their numbers, for example {@code
 * [45]}), {@code epochs}, {@code rows} (training rows at most, and a fifth of them to validate on),
 * {@code precision}, {@code threads}, {@code turns}. Prints one JSON line.
 */
public final class FrozenLayersBenchmark {
  private FrozenLayersBenchmark() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    DType dtype = TextOptions.precision("precision", System.getProperty("precision", "bf16"));
    Engine.setThreads(Integer.getInteger("threads", 2));
    String layers = System.getProperty("layers", "[45]");
    Dataset data = few(Dataset.read(Path.of(System.getProperty("data"))));
    TuneSettings settings =
        new TuneSettings(
            MethodCatalogue.create(
                "lora", Map.of("targets", "regex:.*layer\\." + layers + "\\..*(query|value)")),
            LoopConfig.DEFAULT.withEpochs(Integer.getInteger("epochs", 4)),
            new TextOptions(Pooling.AUTO, TextOptions.DEFAULT_MAX_LENGTH, dtype),
            32,
            false);
    int turns = Integer.getInteger("turns", 5);
    double[] anew = new double[turns];
    double[] once = new double[turns];
    double[] ratios = new double[turns];
    double[] processorRatios = new double[turns];
    Map<String, Double> anewScores = Map.of();
    Map<String, Double> onceScores = Map.of();
    try (TextBase base =
        TextBase.open(System.getProperty("base", "minilm"), dtype, FetchListener.SILENT)) {
      for (int turn = 0; turn < turns; turn++) {
        long begin = System.nanoTime();
        long processorBegin = processorNanos();
        anewScores = fit(base, settings, data, null);
        long middle = System.nanoTime();
        long processorMiddle = processorNanos();
        onceScores = fit(base, settings, data, Path.of(System.getProperty("java.io.tmpdir")));
        anew[turn] = (middle - begin) / 1e9;
        once[turn] = (System.nanoTime() - middle) / 1e9;
        ratios[turn] = anew[turn] / once[turn];
        processorRatios[turn] =
            (double) (processorMiddle - processorBegin) / (processorNanos() - processorMiddle);
      }
    }
    System.out.printf(
        "{\"program\":\"frozen layers\",\"rows\":%d,\"epochs\":%d,\"layers\":\"%s\","
            + "\"anewSeconds\":%.1f,\"onceSeconds\":%.1f,\"ratio\":%.2f,\"leastRatio\":%.2f,"
            + "\"mostRatio\":%.2f,\"processorRatio\":%.2f,\"leastProcessorRatio\":%.2f,"
            + "\"mostProcessorRatio\":%.2f,\"anewAccuracy\":%.4f,\"onceAccuracy\":%.4f}%n",
        data.train().rows().size(),
        settings.loop().epochs(),
        layers,
        median(anew),
        median(once),
        median(ratios),
        Arrays.stream(ratios).min().orElseThrow(),
        Arrays.stream(ratios).max().orElseThrow(),
        median(processorRatios),
        Arrays.stream(processorRatios).min().orElseThrow(),
        Arrays.stream(processorRatios).max().orElseThrow(),
        anewScores.get("accuracy"),
        onceScores.get("accuracy"));
  }

  /** Of the whole process: what other programs do meanwhile counts little. */
  private static long processorNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static Map<String, Double> fit(
      TextBase base, TuneSettings settings, Dataset data, @Nullable Path folder) {
    try (TunedModel tuned = new Tuner(base, settings).keepFrozenLayersIn(folder).tune(data)) {
      return tuned.validation();
    }
  }

  private static Dataset few(Dataset data) {
    int most = Integer.getInteger("rows", Integer.MAX_VALUE);
    return new Dataset(
        data.folder(),
        data.labels(),
        few(data.train(), most),
        few(data.validation(), Math.max(1, most / 5)),
        data.test());
  }

  private static DataFile few(DataFile file, int most) {
    List<Row> rows = file.rows();
    return rows.size() <= most
        ? file
        : new DataFile(file.path(), rows.subList(0, most), file.sha256());
  }

  private static double median(double[] times) {
    double[] sorted = Arrays.stream(times).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
