package io.haori.training.choice;

import static java.util.stream.Collectors.joining;

import io.haori.core.check.Check;
import io.haori.core.digest.Sha256;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextEmbedder;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.model.backbone.Adaptation;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.runs.FinishedRuns;
import io.haori.training.task.Calibrator;
import io.haori.training.task.Predictions;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among ways to fit a task by cross-validation with successive halving (Jamieson, Talwalkar
 * 2016, arXiv 1502.07943; here the resource is folds): all ways are fitted in the first two of five
 * folds, the better half of them in the other three; with fewer than 100 rows all ways in all five,
 * and the better half once more in five other folds. The most rows right is best; between equals
 * the smaller log loss. Of several ways one is the best by chance alone, so a way that is not usual
 * must be ahead of the best usual one by a standard error.
 *
 * <p>Only training rows are looked at. A held-out row is never in the fit that answers it.
 */
public final class MethodChoice {
  private static final int FOLDS = 5;
  private static final int FIRST_FOLDS = 2;

  /** With fewer rows every row is held out once in the first half and once more in the second. */
  private static final int REPEATED_BELOW = 100;

  private static final double NANOS = 1e9;

  /** Rows on which time is measured beforehand. */
  private static final int SAMPLE = 32;

  /** How many passes without learning an epoch takes, its steps included. */
  private static final double PASSES_OF_EPOCH = 4;

  private final TextBase base;
  private final Dataset data;
  private ChoiceListener listener = ChoiceListener.SILENT;
  private BooleanSupplier stopRequested = () -> false;
  private LongSupplier nanoTime = System::nanoTime;
  private @Nullable Path journal;
  private @Nullable FinishedRuns<FoldAnswers> finished;
  private boolean resume;
  private int done;

  /**
   * A comparison.
   *
   * @param base stays open
   * @param data its training rows are used, all of one class each
   */
  public MethodChoice(TextBase base, Dataset data) {
    this.base = base;
    this.data = data;
  }

  /** Reports progress to this listener. */
  public MethodChoice listener(ChoiceListener newListener) {
    listener = newListener;
    return this;
  }

  /** Asks before every step whether to stop. */
  public MethodChoice stopWhen(BooleanSupplier newStopRequested) {
    stopRequested = newStopRequested;
    return this;
  }

  /**
   * Keeps what each fit answered, so that an interrupted comparison continues where it was.
   *
   * @param folder where
   * @param goOn whether to take what is there, of the same data and settings
   */
  public MethodChoice journal(Path folder, boolean goOn) {
    journal = folder;
    resume = goOn;
    return this;
  }

  /** Measures time with this clock, which is as {@link System#nanoTime}. */
  public MethodChoice clock(LongSupplier newNanoTime) {
    nanoTime = newNanoTime;
    return this;
  }

  /**
   * How many fits a comparison takes.
   *
   * @param ways to compare
   * @param rows that are learnt from
   */
  public static int fits(int ways, int rows) {
    return rows < REPEATED_BELOW
        ? FOLDS * (ways + survivors(ways))
        : ways * FIRST_FOLDS + survivors(ways) * (FOLDS - FIRST_FOLDS);
  }

  /** Two at least, so that a usual way can be compared with a better one. */
  private static int survivors(int ways) {
    return Math.max(Math.min(2, ways), (ways + 1) / 2);
  }

  /**
   * What a comparison will do and about how long it will take, measured on a few of the rows.
   *
   * @param candidates that will be compared
   */
  public String plan(List<Candidate> candidates) {
    List<Row> rows = data.train().rows();
    TextEmbedder embedder =
        new TextEmbedder(base, Adaptation.NONE, candidates.get(0).settings().text(), false);
    List<Row> sample = rows.subList(0, Math.min(SAMPLE, rows.size()));
    embedder.vectors(sample);
    long start = nanoTime.getAsLong();
    embedder.vectors(sample);
    double pass = (nanoTime.getAsLong() - start) / NANOS / sample.size() * rows.size();
    double seconds = 0;
    int each = fits(candidates.size(), rows.size()) / candidates.size();
    for (Candidate candidate : candidates) {
      boolean trains =
          !candidate.settings().method().slots(base.backbone().slots()).isEmpty()
              && (candidate.start() == null || !candidate.start().fixed());
      int epochs = trains ? candidate.settings().loop().epochs() : 0;
      seconds += each * pass * (1 + epochs * PASSES_OF_EPOCH * (FOLDS - 1) / FOLDS);
    }
    return "Compares %d ways by cross-validation on %d rows, %d fits: about %.0f s."
        .formatted(
            candidates.size(),
            rows.size(),
            fits(candidates.size(), rows.size()),
            Math.max(1, seconds));
  }

  /**
   * Compares ways.
   *
   * @param candidates at least one, the ones to be preferred between equals first
   * @return empty when it was stopped
   * @throws io.haori.core.check.UserError when no class has two different texts, when the journal
   *     to be continued is of another comparison, or a fit fails
   */
  public Optional<Choice> run(List<Candidate> candidates) {
    List<Row> rows = data.train().rows();
    long seed = candidates.get(0).settings().loop().seed();
    List<int[]> folds = Folds.of(rows, FOLDS, Seeds.of(seed, Purpose.PARTS, 0));
    if (folds.size() < 2) {
      throw Check.in(
          data.train().path(),
          "must have a class with two different texts, for a method to be chosen by"
              + " cross-validation; the setting method chooses one");
    }
    List<CrossScore> scores =
        candidates.stream().map(one -> new CrossScore(one, rows.size())).toList();
    boolean few = rows.size() < REPEATED_BELOW;
    int first = few ? folds.size() : Math.min(FIRST_FOLDS, folds.size() - 1);
    List<int[]> later =
        few
            ? Folds.of(rows, FOLDS, Seeds.of(seed, Purpose.PARTS, 1))
            : folds.subList(first, folds.size());
    int heldOut = folds.stream().mapToInt(fold -> fold.length).sum();
    int all = scores.size() * first + survivors(scores.size()) * later.size();
    openJournal(candidates);
    if (!fit(scores, folds.subList(0, first), all)) {
      return Optional.empty();
    }
    List<CrossScore> left = survivors(scores);
    if (!fit(left, later, all)) {
      return Optional.empty();
    }
    return Optional.of(new Choice(scores, best(left, heldOut), heldOut));
  }

  /** The better half; the best usual way is always among them. */
  private static List<CrossScore> survivors(List<CrossScore> scores) {
    List<CrossScore> left = new ArrayList<>(scores);
    left.sort((a, b) -> a.beats(b) ? -1 : b.beats(a) ? 1 : 0);
    Optional<CrossScore> usual = left.stream().filter(way -> way.candidate().usual()).findFirst();
    left = new ArrayList<>(left.subList(0, survivors(scores.size())));
    if (usual.isPresent() && !left.contains(usual.get())) {
      left.set(left.size() - 1, usual.get());
    }
    return left;
  }

  private static CrossScore best(List<CrossScore> left, int heldOut) {
    CrossScore first = left.stream().reduce((a, b) -> b.beats(a) ? b : a).orElseThrow();
    Optional<CrossScore> usual =
        left.stream().filter(way -> way.candidate().usual()).reduce((a, b) -> b.beats(a) ? b : a);
    if (usual.isEmpty()) {
      return first;
    }
    return left.stream()
        .filter(way -> way.standardErrorsAhead(usual.get(), heldOut) >= 1)
        .reduce((a, b) -> b.beats(a) ? b : a)
        .orElse(usual.get());
  }

  /** One folder a comparison, named by all that decides its fits. */
  private void openJournal(List<Candidate> candidates) {
    if (journal == null) {
      return;
    }
    String ways = candidates.stream().map(MethodChoice::describe).collect(joining("\n"));
    String comparison = Sha256.of(String.join("\n", base.digest(), data.train().sha256(), ways));
    if (resume && new FinishedRuns<>(journal, FoldAnswers.class).holdsOnlyOthersThan(comparison)) {
      throw Check.in(
          journal,
          "cannot be resumed with other rows, another base, seed or other settings than it was"
              + " begun with");
    }
    finished = new FinishedRuns<>(journal.resolve(comparison), FoldAnswers.class);
  }

  private static String describe(Candidate way) {
    String start = way.start() == null ? "" : way.start().fixed() + way.start().digest();
    return way.settings().toJson() + " " + start;
  }

  private boolean fit(List<CrossScore> scores, List<int[]> folds, int all) {
    for (int[] fold : folds) {
      Dataset without = without(fold);
      for (CrossScore score : scores) {
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
        done++;
        listener.onFit(done, all, score);
      }
    }
    return true;
  }

  /** What a way answers to the rows of a fold; null when it was stopped. */
  private @Nullable FoldAnswers answers(Candidate way, int[] fold, Dataset without) {
    String digest =
        Sha256.of(
            String.join(
                " ", describe(way), base.digest(), data.train().sha256(), Arrays.toString(fold)));
    FinishedRuns<FoldAnswers> kept = finished;
    if (kept != null && resume) {
      FoldAnswers before =
          kept.find(digest, run -> run.answers().length == fold.length).orElse(null);
      if (before != null) {
        return before;
      }
    }
    long start = nanoTime.getAsLong();
    try (TunedModel tuned =
        new Tuner(base, way.settings())
            .startFrom(way.start())
            .stopWhen(stopRequested)
            .tune(without)) {
      if (tuned.training().interrupted() || stopRequested.getAsBoolean()) {
        return null;
      }
      double[][] answers = Predictions.of(tuned.model(), without.test()).rows().answers();
      FoldAnswers made =
          new FoldAnswers(
              answers, distances(tuned.model(), without), (nanoTime.getAsLong() - start) / NANOS);
      if (kept != null) {
        kept.keep(digest, made);
      }
      return made;
    }
  }

  private static double[] distances(TextModel model, Dataset without) {
    if (without.labels().size() > 1) {
      return new double[0];
    }
    float[][] vectors =
        new TextEmbedder(model.base(), model.module(), model.options(), false)
            .vectors(without.test().rows());
    return Calibrator.distance(model, without.train().rows()).scores(vectors);
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
