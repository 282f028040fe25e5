package io.haori.training.choice;

import static java.util.stream.Collectors.joining;

import io.haori.analysis.calibration.UnknownScore;
import io.haori.core.check.Check;
import io.haori.core.digest.Sha256;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextEmbedder;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.training.augment.LabelNameRows;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.runs.FinishedRuns;
import io.haori.training.task.FrozenVectors;
import io.haori.training.task.StoredStart;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Calibrator;
import io.haori.training.task.answer.Predictions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Fits ways without a fold and lets them answer it. What the base, or a stored module on it, gives
 * for the rows is computed once; a way that trains nothing below its head reads nothing else.
 */
final class FoldFits {
  private static final double NANOS = 1e9;

  private final TextBase base;
  private final Dataset data;
  private final BooleanSupplier stopRequested;
  private final LongSupplier nanoTime;
  private final Map<String, FrozenVectors> vectors = new HashMap<>();
  private @Nullable FinishedRuns<FoldAnswers> finished;
  private boolean resume;

  FoldFits(TextBase base, Dataset data, BooleanSupplier stopRequested, LongSupplier nanoTime) {
    this.base = base;
    this.data = data;
    this.stopRequested = stopRequested;
    this.nanoTime = nanoTime;
  }

  /** Of the rows and of what their labels are called. */
  private String digestOfRows() {
    return data.train().sha256() + " " + LabelNameRows.allTexts(data.labels());
  }

  /** One folder a comparison, named by all that decides its fits. */
  void openJournal(Path journal, boolean goOn, List<Candidate> candidates) {
    String ways = candidates.stream().map(FoldFits::describe).collect(joining("\n"));
    String comparison = Sha256.of(String.join("\n", base.digest(), digestOfRows(), ways));
    if (goOn && new FinishedRuns<>(journal, FoldAnswers.class).holdsOnlyOthersThan(comparison)) {
      throw Check.in(
          journal,
          "cannot be resumed with other rows, another base, seed or other settings than it was"
              + " begun with");
    }
    finished = new FinishedRuns<>(journal.resolve(comparison), FoldAnswers.class);
    resume = goOn;
  }

  private static String describe(Candidate way) {
    String start = way.start() == null ? "" : way.start().fixed() + way.start().digest();
    return way.settings().toJson() + " " + String.join(" ", builtOn(way)) + start;
  }

  private static List<String> builtOn(Candidate way) {
    return way.settings().method().builtOn();
  }

  private static String modules(Candidate way) {
    return way.settings().method().settings() + String.join(" ", builtOn(way));
  }

  /** What the way's model gives for the rows before it is trained. */
  FrozenVectors vectors(Candidate way) {
    StoredStart start = way.start();
    String of =
        (start == null ? "" : start.digest())
            + " "
            + new TreeMap<>(way.settings().text().byName())
            + (way.readsModules() ? modules(way) : "");
    FrozenVectors known = vectors.get(of);
    if (known == null) {
      List<Row> rows = new ArrayList<>(data.train().rows());
      if (LabelNameRows.arePossible(data)) {
        rows.addAll(LabelNameRows.of(data.labels()));
      }
      known =
          way.readsModules()
              ? FrozenVectors.of(base, way.settings(), rows)
              : FrozenVectors.of(base, way.settings().text(), start, rows);
      vectors.put(of, known);
    }
    return known;
  }

  /**
   * Fits a way to all rows but a fold and adds what it answers to the fold.
   *
   * @return false when it was stopped
   */
  boolean fit(CrossScore score, int[] fold) {
    Dataset without = without(fold);
    FoldAnswers answers = answers(score.candidate(), fold, without);
    if (answers == null) {
      return false;
    }
    Targets targets = Targets.of(without.test().rows(), data.labels());
    score.add(
        fold,
        new Predictions(new AnsweredRows(data.labels(), targets, answers.answers())),
        answers.distances(),
        answers.seconds());
    return true;
  }

  /** What a way answers to the rows of a fold; null when it was stopped. */
  private @Nullable FoldAnswers answers(Candidate way, int[] fold, Dataset without) {
    String digest =
        Sha256.of(
            String.join(" ", describe(way), base.digest(), digestOfRows(), Arrays.toString(fold)));
    FinishedRuns<FoldAnswers> kept = finished;
    if (kept != null && resume) {
      FoldAnswers before =
          kept.find(digest, run -> run.answers().length == fold.length).orElse(null);
      if (before != null) {
        return before;
      }
    }
    FrozenVectors frozen = vectors(way);
    long start = nanoTime.getAsLong();
    try (TunedModel tuned =
        new Tuner(base, way.settings())
            .startFrom(way.start())
            // A mix that learns gives other vectors than the base before anything is learnt.
            .reading(builtOn(way).isEmpty() || way.readsModules() ? frozen : null)
            .stopWhen(stopRequested)
            .tune(without)) {
      if (tuned.training().interrupted() || stopRequested.getAsBoolean()) {
        return null;
      }
      FoldAnswers made =
          way.trains(base)
              ? trained(tuned.model(), without, start)
              : probe(tuned.model(), without, frozen, start);
      if (kept != null) {
        kept.keep(digest, made);
      }
      return made;
    }
  }

  private FoldAnswers trained(TextModel model, Dataset without, long start) {
    double[][] answers = Predictions.of(model, without.test()).rows().answers();
    double[] distances =
        without.labels().size() > 1
            ? new double[0]
            : Calibrator.distance(model, without.train().rows())
                .scores(
                    new TextEmbedder(base, model.module(), model.options(), false)
                        .vectors(without.test().rows()));
    return new FoldAnswers(answers, distances, seconds(start));
  }

  /** A probe reads vectors that are known, those of its training rows and of others alike. */
  private FoldAnswers probe(TextModel model, Dataset without, FrozenVectors frozen, long start) {
    List<Row> asked = without.test().rows();
    Targets targets = Targets.of(asked, without.labels());
    double[][] answers = frozen.answers(model.heads(), asked, targets.heads());
    List<Row> learnt = without.train().rows();
    double[] distances =
        without.labels().size() > 1
            ? new double[0]
            : UnknownScore.of(frozen.arrays(learnt), Targets.of(learnt, without.labels()).classes())
                .scores(frozen.arrays(asked));
    return new FoldAnswers(answers, distances, seconds(start));
  }

  private double seconds(long start) {
    return (nanoTime.getAsLong() - start) / NANOS;
  }

  /** The training rows without some, nothing to validate on, and those to be answered. */
  private Dataset without(int[] fold) {
    List<Row> rows = data.train().rows();
    boolean[] out = new boolean[rows.size()];
    Arrays.stream(fold).forEach(row -> out[row] = true);
    return new Dataset(
        data.folder(),
        data.labels(),
        part(IntStream.range(0, out.length).filter(row -> !out[row]).toArray()),
        part(new int[0]),
        part(fold));
  }

  private DataFile part(int[] of) {
    List<Row> rows = Arrays.stream(of).mapToObj(row -> data.train().rows().get(row)).toList();
    return new DataFile(data.train().path(), rows, data.train().sha256());
  }
}
