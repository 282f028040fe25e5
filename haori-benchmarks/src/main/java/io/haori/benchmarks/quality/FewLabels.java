package io.haori.benchmarks.quality;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.tensor.quant.BaseForm;
import io.haori.tensor.quant.BasePrecision;
import io.haori.tensor.quant.InputGradients;
import io.haori.training.choice.Candidates;
import io.haori.training.choice.Choice;
import io.haori.training.choice.MethodChoice;
import io.haori.training.condense.SeedSoup;
import io.haori.training.data.Dataset;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.loop.LoopListener;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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
 * column. A way whose name ends in {@code *3} is the mean of three seeds. Rows are of each class,
 * or in all where {@code =} is before the number. {@code -DfirstSeed=3} begins with another seed,
 * {@code -Dbase=int8} keeps the base's layers so (fp32, bf16, int8, int4), {@code -Dbackward=float}
 * computes gradients behind 8-bit matrices from dense copies, {@code -DtestRows=500} answers 500
 * rows of a larger test split, {@code -Dthreads=1} computes on one thread.
 */
public final class FewLabels {
  private static final String AUTO = "auto";

  private FewLabels() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    List<Path> folders = Stream.of(arguments[1].split(",", -1)).map(Path::of).toList();
    List<String> rows = List.of(arguments[2].split(",", -1));
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
    BasePrecision usual = BasePrecision.of(TextOptions.usual().precision());
    BasePrecision precision =
        BasePrecision.parse(System.getProperty("base", usual.id())).orElseThrow();
    InputGradients gradients =
        InputGradients.valueOf(System.getProperty("backward", "int8").toUpperCase(Locale.ROOT));
    BaseForm form = new BaseForm(precision, gradients);
    try (TextBase base = TextBase.open(arguments[0], form, FetchListener.SILENT)) {
      for (Path folder : folders) {
        Dataset data = Dataset.read(folder);
        for (String count : rows) {
          int first = Integer.getInteger("firstSeed", 1);
          for (long seed = first; seed < first + seeds; seed++) {
            for (Map.Entry<String, TuneSettings> way : ways.entrySet()) {
              run(base, FewRows.of(data, count, seed), way.getKey(), way.getValue(), count, seed);
            }
          }
        }
      }
    }
  }

  private static void run(
      TextBase base, Dataset data, String way, TuneSettings settings, String count, long seed) {
    TokenizedDataset tokens = TokenizedDataset.of(data, base.reader(), settings.text().maxLength());
    Duration start = processorTime();
    TuneSettings seeded = settings.withSeed(seed);
    String taken = way;
    if (way.equals(AUTO)) {
      Choice choice = new MethodChoice(base, data).run(Candidates.of(seeded)).orElseThrow();
      seeded = choice.best().candidate().settings();
      taken = choice.best().candidate().name();
    }
    int soup = way.contains("*") ? Integer.parseInt(way.substring(way.indexOf('*') + 1)) : 1;
    try (TunedModel tuned = fit(base, seeded, tokens, soup)) {
      double seconds = processorTime().minus(start).toMillis() / 1e3;
      Map<String, Double> test = Predictions.of(tuned.model(), data.test()).scores().byName();
      System.out.printf(
          Locale.ROOT,
          "%s\t%s\t%s\t%d\t%.1f\t%.4f\t%.4f\t%s%n",
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

  private static TunedModel fit(
      TextBase base, TuneSettings settings, TokenizedDataset tokens, int seeds) {
    return seeds == 1
        ? new Tuner(base, settings).tune(tokens)
        : SeedSoup.of(base, settings, null, tokens, seeds, LoopListener.SILENT, () -> false)
            .orElseThrow()
            .tuned();
  }

  /** Unlike the time that passes it says the same on a busy machine. */
  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }
}
