package io.haori.benchmarks.quality;

import io.haori.adapter.baseline.FrozenMethod;
import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.domix.Bridge;
import io.haori.adapter.domix.BridgeStart;
import io.haori.adapter.domix.DomixConfig;
import io.haori.adapter.domix.DomixMethod;
import io.haori.adapter.domix.MixedModule;
import io.haori.adapter.mixfile.MixFolder;
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
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Fits tasks with mixes of domain modules and with other ways, over seeds, one after another on one
 * base. System properties: {@code base}, {@code modules} (folders with commas), {@code data}
 * (folders with commas), {@code seeds}, {@code out} (a file of tab separated lines: task, way,
 * seed, seconds, validation accuracy, test accuracy, test macro-F1; runs that are there are not
 * made again). Arguments: ways, {@code name[:setting=value,…]}, where the name is {@code frozen},
 * {@code lora}, {@code mix} (of all modules but one called joint), {@code only=MODULE}, or {@code
 * single} (the module but joint on whose vectors, before it is tuned, the nearest mean of a class'
 * training rows is right for most validation rows); settings are {@code lr}, {@code epochs}, {@code
 * batch} (rows of a step), {@code head} (ratio of learning rates), {@code bridge}, {@code p} (ratio
 * of learning rates), {@code start} (of the bridge), {@code warmup} (share of the steps), {@code
 * rank}.
 */
public final class MixStudy {
  private static final String JOINT = "joint";
  private static final String SINGLE = "single";

  private MixStudy() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    Engine.setThreads(Integer.getInteger("threads", 2));
    DType precision =
        System.getProperty("precision", "bf16").equals("bf16") ? DType.BF16 : DType.F32;
    int seeds = Integer.getInteger("seeds", 3);
    int length = Integer.getInteger("length", TextOptions.DEFAULT_MAX_LENGTH);
    Path out = Path.of(System.getProperty("out"));
    Set<String> done = new HashSet<>();
    if (Files.exists(out)) {
      for (String line : Files.readAllLines(out)) {
        List<String> parts = List.of(line.split("\t", -1));
        done.add(String.join("\t", parts.subList(0, 3)));
      }
    }
    try (TextBase base =
        TextBase.open(System.getProperty("base", "minilm"), precision, FetchListener.SILENT)) {
      List<MixedModule> modules =
          MixFolder.open(paths(System.getProperty("modules")), base.backbone());
      for (Path folder : paths(System.getProperty("data"))) {
        TextOptions usual = TextOptions.usual();
        TextOptions text = new TextOptions(usual.pooling(), length, precision);
        TokenizedDataset rows = null;
        Map<String, Double> singles = new LinkedHashMap<>();
        for (String way : arguments) {
          for (long seed = 42; seed < 42 + seeds; seed++) {
            String key = folder.getFileName() + "\t" + way + "\t" + seed;
            if (done.contains(key)) {
              continue;
            }
            if (rows == null) {
              rows = TokenizedDataset.of(Dataset.read(folder), base.reader(), length);
            }
            String played = way;
            if (way.startsWith(SINGLE)) {
              if (singles.isEmpty()) {
                singles.putAll(new NearestMeans(base, rows, text).rightShares(modules));
                System.err.println(folder.getFileName() + " " + singles);
              }
              played = "only=" + best(singles) + way.substring(SINGLE.length());
            }
            String line = key + "\t" + run(base, modules, rows, text, played, seed) + "\n";
            System.out.print(line);
            Files.writeString(out, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
          }
        }
      }
      modules.forEach(one -> one.module().close());
    }
  }

  /** The first of the best; the module of all domains is no single one. */
  private static String best(Map<String, Double> shares) {
    return shares.entrySet().stream()
        .filter(one -> !one.getKey().equals(JOINT))
        .max(Map.Entry.comparingByValue())
        .orElseThrow()
        .getKey();
  }

  private static List<Path> paths(String list) {
    return Stream.of(list.split(",", -1)).filter(one -> !one.isEmpty()).map(Path::of).toList();
  }

  private static String run(
      TextBase base,
      List<MixedModule> modules,
      TokenizedDataset rows,
      TextOptions text,
      String way,
      long seed) {
    List<String> parts = List.of(way.split(":", 2));
    Map<String, String> chosen = new LinkedHashMap<>();
    if (parts.size() == 2) {
      for (String entry : parts.get(1).split(",", -1)) {
        List<String> pair = List.of(entry.split("=", 2));
        chosen.put(pair.get(0), pair.get(1));
      }
    }
    AdapterMethod method = method(parts.get(0), chosen, modules);
    TuneSettings usual = TuneSettings.of(method).withSeed(seed);
    LoopConfig loop = usual.loop();
    if (chosen.containsKey("epochs")) {
      loop = loop.withEpochs(Integer.parseInt(chosen.getOrDefault("epochs", "")));
    }
    if (chosen.containsKey("lr")) {
      loop =
          loop.withOptimizer(loop.optimizer().withLearningRate(number(chosen, "lr", Double.NaN)));
    }
    loop =
        loop.withSchedule(
            new Schedule(
                loop.schedule().shape(),
                number(chosen, "warmup", loop.schedule().warmupShare()),
                0));
    TuneSettings settings =
        new TuneSettings(
            method,
            loop,
            text,
            Integer.parseInt(chosen.getOrDefault("batch", String.valueOf(usual.batchSize()))),
            false,
            usual
                .fit()
                .withHeadLearningRateRatio(number(chosen, "head", usual.headLearningRateRatio())));
    long start = System.nanoTime();
    try (TunedModel tuned = new Tuner(base, settings).tune(rows)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      Map<String, Double> test =
          Predictions.of(tuned.model(), rows.data().test()).scores().byName();
      return String.format(
          Locale.ROOT,
          "%.1f\t%.4f\t%.4f\t%.4f",
          seconds,
          tuned.validation().get("accuracy"),
          test.get("accuracy"),
          test.get("macroF1"));
    }
  }

  private static AdapterMethod method(
      String name, Map<String, String> chosen, List<MixedModule> modules) {
    if (name.equals("frozen")) {
      return new FrozenMethod();
    }
    if (name.equals("lora")) {
      return MethodCatalogue.create(
          "lora", Map.of("targets", "all-linear", "rank", chosen.getOrDefault("rank", "8")));
    }
    DomixConfig usual = DomixConfig.DEFAULT;
    DomixConfig config =
        new DomixConfig(
            Bridge.valueOf(chosen.getOrDefault("bridge", "full").toUpperCase(Locale.ROOT)),
            usual.trained(),
            number(chosen, "dropout", usual.dropout()),
            number(chosen, "p", usual.bridgeLearningRateRatio()),
            BridgeStart.valueOf(
                chosen.getOrDefault("start", usual.start().name()).toUpperCase(Locale.ROOT)));
    return new DomixMethod(
        config,
        modules.stream()
            .filter(
                one ->
                    name.startsWith("only=")
                        ? one.name().equals(name.substring("only=".length()))
                        : !one.name().equals(JOINT))
            .toList());
  }

  private static double number(Map<String, String> chosen, String name, double usual) {
    String text = chosen.get(name);
    return text == null ? usual : Double.parseDouble(text);
  }
}
