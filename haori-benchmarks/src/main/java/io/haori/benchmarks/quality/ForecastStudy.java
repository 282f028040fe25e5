package io.haori.benchmarks.quality;

import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextEmbedder;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.model.backbone.Adaptation;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.training.choice.HeldOutProbe;
import io.haori.training.choice.LabelForecast;
import io.haori.training.choice.LabelForecast.Forecast;
import io.haori.training.data.Dataset;
import io.haori.training.probe.LogisticRegression;
import io.haori.training.probe.ProbeChoice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Tests what {@code advise} says about more labels: it sees some of the rows and forecasts the
 * accuracy with twice and four times as many, which is then measured on rows that neither saw.
 * Prints one tab separated line a forecast: data, rows, rows then, seed, forecast, its 80 %
 * interval, measured accuracy; and at the end the share of intervals that hold it.
 *
 * <pre>{@code
 * ForecastStudy BASE SEEDS DATA …
 * }</pre>
 */
public final class ForecastStudy {
  private static final int[] ROWS = {40, 80, 160, 320};
  private static final int[] TIMES = {2, 4};

  /** Fewer rows that are left over measure nothing. */
  private static final int FEWEST_ASKED = 80;

  private final IdentityHashMap<Row, double[]> vectors = new IdentityHashMap<>();
  private int forecasts;
  private int held;

  private ForecastStudy() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    Engine.setThreads(Integer.getInteger("threads", 1));
    int seeds = Integer.parseInt(arguments[1]);
    ForecastStudy study = new ForecastStudy();
    try (TextBase base =
        TextBase.open(arguments[0], TextOptions.usual().precision(), FetchListener.SILENT)) {
      for (String data : List.of(arguments).subList(2, arguments.length)) {
        study.run(base, Dataset.read(Path.of(data)).withTrainRows(1_600, 1), seeds);
      }
    }
    System.out.printf(
        Locale.ROOT, "held\t%d\tof\t%d\t%.3f%n", study.held, study.forecasts, study.share());
  }

  private double share() {
    return (double) held / forecasts;
  }

  private void run(TextBase base, Dataset data, int seeds) {
    vectors.clear();
    add(base, data.train().rows());
    for (int rows : ROWS) {
      if (TIMES[0] * rows > data.train().rows().size() || rows < 2 * data.labels().outputs(0)) {
        continue;
      }
      for (long seed = 1; seed <= seeds; seed++) {
        Dataset few = data.withTrainRows(rows, seed);
        HeldOutProbe probe = probe(few, seed);
        for (int times : TIMES) {
          int then = times * rows;
          if (then + FEWEST_ASKED <= data.train().rows().size()) {
            Forecast forecast = new LabelForecast(probe, seed).with(then - rows);
            line(data, rows, then, seed, forecast, accuracy(data, data.withTrainRows(then, seed)));
          }
        }
      }
    }
  }

  private void line(
      Dataset data, int rows, int then, long seed, Forecast forecast, double measured) {
    forecasts++;
    held += measured >= forecast.low() && measured <= forecast.high() ? 1 : 0;
    System.out.printf(
        Locale.ROOT,
        "%s\t%d\t%d\t%d\t%.4f\t%.4f\t%.4f\t%.4f%n",
        data.folder().getFileName(),
        rows,
        then,
        seed,
        forecast.accuracy(),
        forecast.low(),
        forecast.high(),
        measured);
  }

  private void add(TextBase base, List<Row> rows) {
    float[][] made =
        new TextEmbedder(base, Adaptation.NONE, TextOptions.usual(), true).vectors(rows);
    for (int row = 0; row < made.length; row++) {
      double[] wide = new double[made[row].length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = made[row][i];
      }
      vectors.put(rows.get(row), wide);
    }
  }

  private double[][] of(List<Row> rows) {
    return rows.stream()
        .map(row -> Objects.requireNonNull(vectors.get(row)))
        .toArray(double[][]::new);
  }

  private HeldOutProbe probe(Dataset few, long seed) {
    List<Row> rows = few.train().rows();
    return HeldOutProbe.of(
            rows,
            of(rows),
            Targets.of(rows, few.labels()).classes(),
            few.labels().heads().get(0).labels().names(),
            new int[] {8, 4, 2, 1},
            3,
            seed,
            done -> true)
        .orElseThrow();
  }

  /** Accuracy on the rows that were not learnt from. */
  private double accuracy(Dataset data, Dataset learnt) {
    List<Row> rows = learnt.train().rows();
    int classes = learnt.labels().outputs(0);
    LogisticRegression model =
        ProbeChoice.fit(of(rows), Targets.of(rows, learnt.labels()).classes(), classes, 1).model();
    Set<Row> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    seen.addAll(rows);
    List<Row> test = data.train().rows().stream().filter(row -> !seen.contains(row)).toList();
    int[] right = Targets.of(test, learnt.labels()).classes();
    double[][] asked = of(test);
    int count = 0;
    for (int row = 0; row < asked.length; row++) {
      count += model.answer(asked[row]) == right[row] ? 1 : 0;
    }
    return (double) count / asked.length;
  }
}
