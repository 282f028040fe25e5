package io.haori.benchmarks.quality;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.inference.calibration.Calibration;
import io.haori.inference.calibration.CalibrationScores;
import io.haori.inference.model.Positions;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.model.TextPass;
import io.haori.inference.model.TextVectors;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Calibrator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Fits tasks without one of their classes, calibrates them on their validation rows, and prints one
 * tab separated line a run with what became of the test rows and of the rows of that class.
 *
 * <pre>{@code
 * CalibrationStudy BASE DATA,DATA ROWS SEEDS way={"method":"lora"}
 * }</pre>
 *
 * ROWS are the training rows of a class, with half as many to validate on; 0 for all.
 */
public final class CalibrationStudy {
  private static final int LEAST = 8;

  private CalibrationStudy() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    int rows = Integer.parseInt(arguments[2]);
    Engine.setThreads(Integer.getInteger("threads", 2));
    String[] way = arguments[4].split("=", 2);
    TuneSettings settings = TuneSettings.fromJson(new ObjectMapper().readTree(way[1]));
    System.out.println(
        "data\trows\tway\tseed\twithout\tvalidation\ttest\terrorBefore\terrorAfter\tbyChance"
            + "\tshare\tcoverage\tsetSize\tkept\tunknownRows\trecognised");
    try (TextBase base =
        TextBase.open(arguments[0], TextOptions.usual().precision(), FetchListener.SILENT)) {
      for (long seed = 1; seed <= Integer.parseInt(arguments[3]); seed++) {
        for (Path folder : Stream.of(arguments[1].split(",", -1)).map(Path::of).toList()) {
          run(base, Dataset.read(folder), rows, way[0], settings.withSeed(seed), seed);
        }
      }
    }
  }

  private static void run(
      TextBase base, Dataset all, int count, String way, TuneSettings settings, long seed) {
    Random random = new Random(seed);
    Map<String, List<Row>> byLabel = byLabel(all.train().rows());
    List<String> labels =
        new ArrayList<>(
            byLabel.keySet().stream()
                .filter(name -> Objects.requireNonNull(byLabel.get(name)).size() >= LEAST)
                .toList());
    Collections.shuffle(labels, random);
    String without = labels.get(0);
    List<Row> unknown = new ArrayList<>();
    List<DataFile> files = new ArrayList<>();
    for (DataFile file : List.of(all.train(), all.validation(), all.test())) {
      Map<String, List<Row>> own = byLabel(file.rows());
      unknown.addAll(own.getOrDefault(without, List.of()));
      own.remove(without);
      int most = count == 0 || files.size() == 2 ? Integer.MAX_VALUE : count / (1 + files.size());
      List<Row> taken = new ArrayList<>();
      for (List<Row> ours : own.values()) {
        Collections.shuffle(ours, random);
        taken.addAll(ours.subList(0, Math.min(most, ours.size())));
      }
      files.add(new DataFile(file.path(), taken, "part"));
    }
    DomainLabels known = DomainLabels.of(all.labels().task(), files.get(0).rows());
    Dataset data = new Dataset(all.folder(), known, files.get(0), files.get(1), files.get(2));
    List<Row> asked = new ArrayList<>(data.test().rows());
    asked.addAll(unknown);
    try (TunedModel tuned = new Tuner(base, settings).tune(data);
        Scope scope = Scope.open()) {
      Calibration calibration = Calibrator.calibrate(tuned.model(), data).orElseThrow();
      TextPass pass = tuned.model().pass();
      Positions positions = pass.positions(pass.tokenize(asked));
      Tensor states = pass.states(positions);
      double[][] answers = pass.numbers(positions, states, new int[asked.size()]);
      CalibrationScores scores =
          CalibrationScores.of(
              calibration, Targets.of(asked, known), answers, TextVectors.arrays(states));
      System.out.printf(
          Locale.ROOT,
          "%s\t%d\t%s\t%d\t%s\t%d\t%d\t%.4f\t%.4f\t%.4f\t%s\t%.4f\t%.3f\t%.4f\t%d\t%.4f%n",
          all.folder().getFileName(),
          count,
          way,
          seed,
          without,
          calibration.rows(),
          scores.rows(),
          scores.errorBefore(),
          scores.errorAfter(),
          scores.errorByChance(),
          scores.share(),
          scores.coverage(),
          scores.setSize(),
          scores.kept(),
          scores.unknownRows(),
          scores.recognised());
    }
  }

  private static Map<String, List<Row>> byLabel(List<Row> rows) {
    Map<String, List<Row>> byLabel = new TreeMap<>();
    for (Row row : rows) {
      String name = ((Label.ClassName) Objects.requireNonNull(row.label())).name();
      byLabel.computeIfAbsent(name, k -> new ArrayList<>()).add(row);
    }
    return byLabel;
  }
}
