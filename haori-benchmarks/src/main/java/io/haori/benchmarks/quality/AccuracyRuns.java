package io.haori.benchmarks.quality;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.training.data.Dataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Fits methods to data sets over several seeds, one after another on one base, and prints one tab
 * separated line a run: data, method, seed, trained numbers, stored bytes, seconds, validation and
 * test scores. Arguments: {@code --data DIR,DIR --seeds N} and then one method each as {@code
 * name[:setting=value,setting=value]}, where {@code epochs} and {@code lr} are the run's.
 */
public final class AccuracyRuns {
  private AccuracyRuns() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    List<Path> folders = Stream.of(arguments[1].split(",", -1)).map(Path::of).toList();
    int seeds = Integer.parseInt(arguments[3]);
    Engine.setThreads(Integer.getInteger("threads", 2));
    try (TextBase base =
        TextBase.open("minilm", TextOptions.usual().precision(), FetchListener.SILENT)) {
      for (Path folder : folders) {
        Dataset data = Dataset.read(folder);
        for (String method : List.of(arguments).subList(4, arguments.length)) {
          for (long seed = 42; seed < 42 + seeds; seed++) {
            run(base, data, method, seed);
          }
        }
      }
    }
  }

  private static void run(TextBase base, Dataset data, String text, long seed) throws IOException {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    Map<String, String> chosen = new LinkedHashMap<>();
    if (colon >= 0) {
      for (String entry : text.substring(colon + 1).split(",(?=[A-Za-z0-9]+=)", -1)) {
        chosen.put(entry.split("=", 2)[0], entry.split("=", 2)[1]);
      }
    }
    String epochs = chosen.remove("epochs");
    String rate = chosen.remove("lr");
    AdapterMethod method = MethodCatalogue.create(name, chosen);
    TuneSettings usual = TuneSettings.of(method);
    LoopConfig loop = usual.loop().withSeed(seed);
    if (epochs != null) {
      loop = loop.withEpochs(Integer.parseInt(epochs));
    }
    if (rate != null) {
      loop = loop.withOptimizer(loop.optimizer().withLearningRate(Double.parseDouble(rate)));
    }
    DType precision = base.backbone().slots().get(0).weight().frozen().dtype();
    TextOptions options =
        new TextOptions(usual.text().pooling(), usual.text().maxLength(), precision);
    TuneSettings settings = new TuneSettings(method, loop, options, usual.batchSize(), false);
    long start = System.nanoTime();
    try (TunedModel tuned = new Tuner(base, settings).tune(data)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      Map<String, Double> test = Predictions.of(tuned.model(), data.test()).scores().byName();
      Path place = Files.createTempDirectory("haori-runs-").resolve("adapter");
      long bytes = AdapterFolder.save(place, tuned.model(), tuned.provenance(data, settings, test));
      System.out.printf(
          Locale.ROOT,
          "%s\t%s\t%d\t%d\t%d\t%.1f\t%.4f\t%.4f\t%.4f\t%.4f%n",
          data.folder().getFileName(),
          text,
          seed,
          tuned.trainable(),
          bytes,
          seconds,
          tuned.validation().get("accuracy"),
          tuned.validation().get("mcc"),
          test.get("accuracy"),
          test.get("mcc"));
    }
  }
}
