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
 * a run: data, rows a class, way, seed, seconds, accuracy, macro F1 on the test rows.
 *
 * <pre>{@code
 * FewLabels BASE DATA,DATA ROWS,ROWS SEEDS auto 'way={"method":"lora","training.epochs":16}' …
 * }</pre>
 *
 * The way {@code auto} is chosen by cross-validation, whose time counts.
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
    long start = System.nanoTime();
    TuneSettings seeded = settings.withSeed(seed);
    if (way.equals(AUTO)) {
      Choice choice = new MethodChoice(base, data).run(Candidates.of(seeded)).orElseThrow();
      seeded = choice.best().candidate().settings();
      System.err.println(choice.best().candidate().name());
    }
    try (TunedModel tuned = new Tuner(base, seeded).tune(tokens)) {
      double seconds = (System.nanoTime() - start) / 1e9;
      Map<String, Double> test = Predictions.of(tuned.model(), data.test()).scores().byName();
      System.out.printf(
          Locale.ROOT,
          "%s\t%d\t%s\t%d\t%.1f\t%.4f\t%.4f%n",
          data.folder().getFileName(),
          count,
          way,
          seed,
          seconds,
          test.get("accuracy"),
          test.get("macroF1"));
    }
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
    return new Dataset(data.folder(), data.labels(), train, none, data.test());
  }
}
