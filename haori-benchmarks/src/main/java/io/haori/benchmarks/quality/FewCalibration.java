package io.haori.benchmarks.quality;

import io.haori.analysis.calibration.CalibrationError;
import io.haori.inference.calibration.Calibration;
import io.haori.inference.calibration.CalibrationScores;
import io.haori.inference.model.Positions;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.model.TextPass;
import io.haori.inference.model.TextVectors;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.model.base.FetchListener;
import io.haori.tensor.Engine;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.training.choice.Candidate;
import io.haori.training.choice.Candidates;
import io.haori.training.choice.Choice;
import io.haori.training.choice.MethodChoice;
import io.haori.training.data.Dataset;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Fits tasks with few rows a class as {@code tune --method auto} does, with the calibration that
 * comes from the held-out answers, and prints one tab separated line a run with how far the
 * probabilities of the test rows can be trusted; at last the same of the test rows of all runs.
 *
 * <pre>{@code
 * FewCalibration BASE DATA,DATA ROWS SEEDS
 * }</pre>
 *
 * {@code -DfirstSeed=3}, {@code -DtestRows=500} and {@code -Dthreads=1} are those of {@link
 * FewLabels}, and so are the rows.
 */
public final class FewCalibration {
  private FewCalibration() {}

  /** Answers of all runs. */
  private record Pool(List<Double> confidence, List<Boolean> right) {
    void print() {
      boolean[] hits = new boolean[right.size()];
      for (int row = 0; row < hits.length; row++) {
        hits[row] = right.get(row);
      }
      double[] sure = confidence.stream().mapToDouble(p -> p).toArray();
      CalibrationError error = CalibrationError.equalWidth(sure, hits);
      System.out.printf(
          Locale.ROOT,
          "all\t\t\t\t\t%d\t\t\t%.4f\t%.4f\t%.4f%n",
          hits.length,
          error.value(),
          CalibrationError.byChance(sure, 1),
          error.lessChance());
    }
  }

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    Engine.setThreads(Integer.getInteger("threads", 2));
    Pool pool = new Pool(new ArrayList<>(), new ArrayList<>());
    System.out.println(
        "data\trows\tseed\tway\theldOut\ttest\ttemperature\terrorBefore\terrorAfter\tbyChance"
            + "\tlessChance\tshare\tcoverage\tsetSize\tkept");
    int first = Integer.getInteger("firstSeed", 1);
    try (TextBase base =
        TextBase.open(arguments[0], TextOptions.usual().precision(), FetchListener.SILENT)) {
      for (long seed = first; seed < first + Integer.parseInt(arguments[3]); seed++) {
        for (Path folder : Stream.of(arguments[1].split(",", -1)).map(Path::of).toList()) {
          run(base, FewRows.of(Dataset.read(folder), arguments[2], seed), arguments[2], seed, pool);
        }
      }
    }
    pool.print();
  }

  private static void run(TextBase base, Dataset data, String count, long seed, Pool pool) {
    TuneSettings basis = TuneSettings.builder("lora").build().withSeed(seed);
    Choice choice = new MethodChoice(base, data).run(Candidates.of(basis)).orElseThrow();
    Candidate best = choice.best().candidate();
    List<Row> asked = data.test().rows();
    try (TunedModel tuned = new Tuner(base, best.settings()).startFrom(best.start()).tune(data);
        Scope scope = Scope.open()) {
      Calibration calibration = choice.calibrate(tuned.model(), data).orElseThrow();
      TextPass pass = tuned.model().pass();
      Positions positions = pass.positions(pass.tokenize(asked));
      Tensor states = pass.states(positions);
      double[][] answers = pass.numbers(positions, states, new int[asked.size()]);
      Targets targets = Targets.of(asked, data.labels());
      for (int row = 0; row < answers.length; row++) {
        int answer = AnsweredRows.greatest(answers[row], 0, answers[row].length);
        pool.confidence().add(answers[row][answer]);
        pool.right().add(answer == targets.classes()[row]);
      }
      CalibrationScores scores =
          CalibrationScores.of(calibration, targets, answers, TextVectors.arrays(states));
      System.out.printf(
          Locale.ROOT,
          "%s\t%s\t%d\t%s\t%d\t%d\t%.3f\t%.4f\t%.4f\t%.4f\t%.4f\t%s\t%.4f\t%.3f\t%.4f%n",
          data.folder().getFileName(),
          count,
          seed,
          best.name(),
          calibration.rows(),
          scores.rows(),
          calibration.temperature().value(),
          scores.errorBefore(),
          scores.errorAfter(),
          scores.errorByChance(),
          scores.errorLessChance(),
          scores.share(),
          scores.coverage(),
          scores.setSize(),
          scores.kept());
    }
  }
}
