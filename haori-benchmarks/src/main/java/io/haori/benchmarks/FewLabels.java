package io.haori.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Row;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.training.choice.Candidates;
import io.haori.training.choice.Choice;
import io.haori.training.choice.MethodChoice;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.task.Predictions;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Fits tasks with a few rows a class and nothing to validate on, and prints one tab separated line
 * a run: data, rows a class, way, seed, processor seconds, accuracy, macro F1 on the test rows, way
 * taken.
 *
 * <pre>{@code
 * FewLabels BASE DATA,DATA ROWS,ROWS SEEDS auto 'way={"method":"lora","training.epochs":16}' …
 * }</pre>
 *
 * The way {@code auto} is chosen by cross-validation, whose time counts; what it chose is the last
 * column. {@code -DtestRows=500} answers 500 rows of a larger test split, {@code -Dthreads=1}
 * computes on one thread.
 */
public final class FewLabels {
  private static final String AUTO = "auto";

  private FewLabels() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    List<Path> folders = Stream.of(arguments[1].split(",", -1)).map(Path::of).toList();
    List<Integer> rows = Stream.of(arguments[2].split(",", -1)).map(Integer::valueOf).toList();
    int seeds = Integer.parseInt(arguments[3]);
    Engine.setThreads(Integer.getInteger("threads", 2));
    Map<String, TuneSettings> ways = new LinkedHashMap<>();
    for (String way : List.of(arguments).subList(4, arguments.length)) {
      String[] parts = way.split("=", 2);
      if (way.equals(AUTO)) {
        ways.put(AUTO, TuneSettings.builder("lora").build());
        continue;
      }
      ways.put(parts[0], TuneSettings.fromJson(new ObjectMapper().readTree(parts[1])));
    }
    try (TextBase base =
        TextBase.open(arguments[0], TextOptions.usual().precision(), FetchListener.SILENT)) {
      for (Path folder : folders) {
        Dataset data = Dataset.read(folder);
        for (int count : rows) {
          for (long seed = 1; seed <= seeds; seed++) {
            for (Map.Entry<String, TuneSettings> way : ways.entrySet()) {
              run(base, few(data, count, seed), way.getKey(), way.getValue(), count, seed);
            }
          }
        }
      }
    }
  }

  private static void run(
      TextBase base, Dataset data, String way, TuneSettings settings, int count, long seed) {
    TokenizedDataset tokens =
        TokenizedDataset.of(data, base.tokenizer(), settings.text().maxLength());
    Duration start = processorTime();
    TuneSettings seeded = settings.withSeed(seed);
    String taken = way;
    if (way.equals(AUTO)) {
      Choice choice = new MethodChoice(base, data).run(Candidates.of(seeded)).orElseThrow();
      seeded = choice.best().candidate().settings();
      taken = choice.best().candidate().name();
    }
    try (TunedModel tuned = new Tuner(base, seeded).tune(tokens)) {
      double seconds = processorTime().minus(start).toMillis() / 1e3;
      Map<String, Double> test = Predictions.of(tuned.model(), data.test()).scores().byName();
      System.out.printf(
          Locale.ROOT,
          "%s\t%d\t%s\t%d\t%.1f\t%.4f\t%.4f\t%s%n",
          data.folder().getFileName(),
          count,
          way,
          seed,
          seconds,
          test.get("accuracy"),
          test.get("macroF1"),
          taken);
    }
  }

  /** Unlike the time that passes it says the same on a busy machine. */
  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }

  /** As many training rows of each class, no validation rows. */
  private static Dataset few(Dataset data, int count, long seed) {
    Map<String, List<Row>> byLabel = new TreeMap<>();
    for (Row row : data.train().rows()) {
      byLabel.computeIfAbsent(String.valueOf(row.label()), k -> new ArrayList<>()).add(row);
    }
    Random random = new Random(seed);
    List<Row> taken = new ArrayList<>();
    for (List<Row> ours : byLabel.values()) {
      Collections.shuffle(ours, random);
      taken.addAll(ours.subList(0, Math.min(count, ours.size())));
    }
    DataFile train = new DataFile(data.train().path(), taken, "few");
    DataFile none = new DataFile(data.validation().path(), List.of(), "none");
    List<Row> all = data.test().rows();
    List<Row> asked = new ArrayList<>(all);
    Collections.shuffle(asked, new Random(0));
    asked = asked.subList(0, Math.min(all.size(), Integer.getInteger("testRows", all.size())));
    DataFile test = new DataFile(data.test().path(), asked, data.test().sha256());
    return new Dataset(data.folder(), data.labels(), train, none, test);
  }
}
