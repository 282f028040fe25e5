package io.haori.benchmarks.speed;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.training.data.Dataset;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.Schedule;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What learning at two levels costs beside LoRA and DoRA for the same tokens read: epochs of all
 * three take turns in one process, so that a ratio does not hang on what else the machine does. An
 * outer batch counts among what is read; validation does not count. Arguments: a data folder.
 * System properties: {@code rows} of training, {@code turns}, {@code precision} (fp32, bf16),
 * {@code targets}, {@code threads}. Prints one tab separated line a method: its median tokens a
 * second, and the median over turns of LoRA's over its own.
 */
public final class TwoLevelsBenchmark {
  private TwoLevelsBenchmark() {}

  /** Runs it. */
  public static void main(String[] arguments) {
    Engine.setThreads(Integer.getInteger("threads", 2));
    DType precision =
        System.getProperty("precision", "fp32").equals("bf16") ? DType.BF16 : DType.F32;
    int turns = Integer.getInteger("turns", 7);
    String targets = System.getProperty("targets", "query,value");
    Dataset data =
        Dataset.read(Path.of(arguments[0])).withTrainRows(Integer.getInteger("rows", 320), 42);
    List<AdapterMethod> methods =
        List.of(
            MethodCatalogue.create("lora", Map.of("targets", targets)),
            MethodCatalogue.create("dora", Map.of("targets", targets)),
            MethodCatalogue.create("dora", Map.of("targets", targets, "gradient", "full")),
            MethodCatalogue.create("bidora", Map.of("targets", targets, "lastEpochs", "0")));
    double[][] speeds = new double[methods.size()][turns];
    try (TextBase base = TextBase.open("minilm", precision, FetchListener.SILENT)) {
      TokenizedDataset rows = TokenizedDataset.of(data, base.reader(), 128);
      for (int turn = -1; turn < turns; turn++) {
        for (int i = 0; i < methods.size(); i++) {
          double speed = tokensPerSecond(base, rows, methods.get(i), precision);
          if (turn >= 0) {
            speeds[i][turn] = speed;
            System.out.printf(
                Locale.ROOT,
                "turn %d\t%s\t%.0f tokens/s%n",
                turn + 1,
                methods.get(i).name(),
                speed);
          }
        }
      }
    }
    for (int i = 0; i < methods.size(); i++) {
      double[] slower = new double[turns];
      for (int turn = 0; turn < turns; turn++) {
        slower[turn] = speeds[0][turn] / speeds[i][turn];
      }
      System.out.printf(
          Locale.ROOT,
          "%s\t%s\t%.0f tokens/s\t%.2f times LoRA (%.2f to %.2f)%n",
          methods.get(i).name(),
          precision,
          median(speeds[i]),
          median(slower),
          Arrays.stream(slower).min().orElseThrow(),
          Arrays.stream(slower).max().orElseThrow());
    }
  }

  private static double tokensPerSecond(
      TextBase base, TokenizedDataset rows, AdapterMethod method, DType precision) {
    TuneSettings usual = TuneSettings.of(method);
    // Without a warm-up: at rate 0 there is nothing to look ahead to, and a step would be cheaper.
    LoopConfig loop =
        usual.loop().withEpochs(1).withSchedule(new Schedule(Schedule.Shape.CONSTANT, 0, 0));
    TextOptions text = new TextOptions(usual.text().pooling(), 128, precision);
    TuneSettings settings = new TuneSettings(method, loop, text, usual.batchSize(), false);
    try (TunedModel tuned = new Tuner(base, settings).tune(rows)) {
      return tuned.training().tokensPerSecond();
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
