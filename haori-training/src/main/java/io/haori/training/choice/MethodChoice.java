package io.haori.training.choice;

import io.haori.core.check.Check;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Targets;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.training.data.Dataset;
import io.haori.training.task.HeadStart;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among ways to fit a task by cross-validation in which the cheap ones say which of the
 * dear ones are worth their time, and successive halving (Jamieson, Talwalkar 2016, arXiv
 * 1502.07943; here the resource is folds) does the rest. All ways see the same folds.
 *
 * <ol>
 *   <li>Where nothing says how tokens become one vector and the base has a pooler, probes with it
 *       and without say which vectors all ways read ({@link PoolingChoice}).
 *   <li>Where nothing says whether labels' names are learnt from, all ways do so unless names
 *       mislead ({@link LabelNameChoice}).
 *   <li>Ways that train nothing below a head read vectors that are computed once; they answer all
 *       folds.
 *   <li>Of the others those are left out that do not suit what the probe shows of the base ({@link
 *       Suits}), and those that start from stored models or modules but for the two whose own
 *       probes are best.
 *   <li>The rest is fitted in the first of three folds, the better half of it, two at least, in the
 *       other two.
 *   <li>With fewer than 100 rows the best usual way and the best other one are fitted for three
 *       other folds.
 * </ol>
 *
 * The most rows right is best; between equals the smaller log loss. Of several ways one is the best
 * by chance alone, so a way that is not usual must be ahead of the best usual one by a standard
 * error.
 *
 * <p>Only training rows are looked at. A held-out row is never in the fit that answers it.
 */
public final class MethodChoice {
  static final int FOLDS = 3;

  /** With fewer rows every row is held out a second time. */
  static final int REPEATED_BELOW = 100;

  /**
   * Training rows below which methods are compared where nothing was chosen; with more of them the
   * usual one is as good, and the comparison takes long.
   */
  public static final int FEW_ROWS = 500;

  /** How many ways are trained of those that another way says whether they are worth it. */
  static final int AFTER = 2;

  /** Equals stay in the order of the candidates. */
  private static final Comparator<CrossScore> BEST_FIRST =
      (a, b) -> a.beats(b) ? -1 : b.beats(a) ? 1 : 0;

  private final TextBase base;
  private final Dataset data;
  private ChoiceListener listener = ChoiceListener.SILENT;
  private BooleanSupplier stopRequested = () -> false;
  private LongSupplier nanoTime = System::nanoTime;
  private @Nullable Path journal;
  private @Nullable FoldFits fits;
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
   * What a comparison will do and about how long it will take at most, measured on the rows.
   *
   * @param candidates that will be compared
   */
  public String plan(List<Candidate> candidates) {
    ComparisonTime time = time(candidates);
    return "Compares %d ways by cross-validation on %d rows, at most %d fits of a module: at most about %.0f s."
        .formatted(
            candidates.size(),
            data.train().rows().size(),
            time.fits(),
            Math.max(1, time.seconds()));
  }

  /**
   * How long the comparison and the fit of its winner take at most, by a measured pass over the
   * rows.
   *
   * @param candidates that will be compared
   */
  public double seconds(List<Candidate> candidates) {
    ComparisonTime time = time(candidates);
    return time.seconds() + time.one();
  }

  /**
   * How long one fit of the longest of the ways takes, by the same pass.
   *
   * @param candidates of which one is fitted
   */
  public double secondsOfOne(List<Candidate> candidates) {
    return time(candidates).one();
  }

  private ComparisonTime time(List<Candidate> candidates) {
    return ComparisonTime.of(base, data, fits(), candidates, nanoTime);
  }

  private FoldFits fits() {
    FoldFits known = fits;
    if (known == null) {
      known = new FoldFits(base, data, stopRequested, nanoTime);
      fits = known;
    }
    return known;
  }

  /**
   * Compares ways.
   *
   * @param wanted at least one, the ones to be preferred between equals first
   * @return empty when it was stopped
   * @throws io.haori.core.check.UserError when no class has two different texts, when the journal
   *     to be continued is of another comparison, or a fit fails
   */
  public Optional<Choice> run(List<Candidate> wanted) {
    int rows = data.train().rows().size();
    long seed = wanted.get(0).settings().loop().seed();
    List<int[]> folds = folds(seed, 0);
    if (folds.size() < 2) {
      throw Check.in(
          data.train().path(),
          "must have a class with two different texts, for a method to be chosen by"
              + " cross-validation; the setting method chooses one");
    }
    List<int[]> again = rows < REPEATED_BELOW ? folds(seed, 1) : List.of();
    if (journal != null) {
      fits().openJournal(journal, resume, wanted);
    }
    List<Candidate> candidates = wanted;
    int modules = (int) wanted.stream().filter(way -> way.trains(base)).count();
    int heads = wanted.size() - modules;
    int toFollow = heads * folds.size() + again.size() + ComparisonTime.fits(modules, rows);
    PoolingChoice pooling = poolings(wanted);
    if (pooling != null) {
      if (!fit(List.of(pooling.usual(), pooling.compared()), folds, toFollow)) {
        return Optional.empty();
      }
      candidates = pooling.taken(wanted, base);
    }
    LabelNameChoice names = labelNames(candidates);
    if (names != null) {
      List<CrossScore> probes = List.of(names.rows(), names.names());
      if (!names.misleads() && !fit(probes, folds, toFollow)) {
        return Optional.empty();
      }
      candidates = names.taken(candidates, data);
    }
    List<CrossScore> scores = candidates.stream().map(CrossScore::new).toList();
    List<CrossScore> full =
        new ArrayList<>(scores.stream().filter(score -> !score.candidate().trains(base)).toList());
    List<CrossScore> trained =
        scores.stream().filter(score -> score.candidate().trains(base)).toList();
    int later = (full.isEmpty() ? 0 : 1) * again.size() + ComparisonTime.fits(trained.size(), rows);
    if (!fit(full, folds, later)) {
      return Optional.empty();
    }
    trained = worthTheirTime(full, trained);
    List<int[]> rest = folds.subList(1, folds.size());
    later = ComparisonTime.survivors(trained.size()) * rest.size() + 2 * again.size();
    if (!fit(trained, folds.subList(0, 1), later)) {
      return Optional.empty();
    }
    List<CrossScore> left = survivors(trained);
    if (!fit(left, rest, 2 * again.size())) {
      return Optional.empty();
    }
    full.addAll(left);
    if (!again.isEmpty()) {
      full = finalists(full, folds.stream().mapToInt(fold -> fold.length).sum());
      if (!fit(full, again, 0)) {
        return Optional.empty();
      }
    }
    int heldOut = folds.stream().mapToInt(fold -> fold.length).sum();
    return Optional.of(new Choice(scores, best(full, heldOut), heldOut, pooling, names));
  }

  /** Two probes that have answered nothing yet; null where there is nothing to choose. */
  private @Nullable PoolingChoice poolings(List<Candidate> ways) {
    return ways.stream()
        .filter(way -> way.probesBase(base) && PoolingChoice.isOpen(way, base))
        .findFirst()
        .map(
            way ->
                new PoolingChoice(
                    new CrossScore(way), new CrossScore(PoolingChoice.compared(way, base))))
        .orElse(null);
  }

  /** Whose probes have answered nothing yet; null where there is nothing to choose. */
  private @Nullable LabelNameChoice labelNames(List<Candidate> ways) {
    return ways.stream()
        .filter(way -> way.probesBase(base) && LabelNameChoice.isOpen(way, data))
        .findFirst()
        .map(way -> LabelNameChoice.of(way, fits().vectors(way), data))
        .orElse(null);
  }

  private List<int[]> folds(long seed, int cut) {
    return Folds.of(data.train().rows(), FOLDS, Seeds.of(seed, Purpose.PARTS, cut));
  }

  /** Those that suit what the probe shows, and the most promising of those that follow a probe. */
  private List<CrossScore> worthTheirTime(List<CrossScore> probes, List<CrossScore> trained) {
    Optional<CrossScore> probe =
        probes.stream().filter(score -> score.candidate().probesBase(base)).findFirst();
    Map<String, CrossScore> byName = new HashMap<>();
    probes.forEach(score -> byName.put(score.candidate().name(), score));
    List<CrossScore> left = new ArrayList<>();
    List<CrossScore> after = new ArrayList<>();
    int rows = data.train().rows().size();
    for (CrossScore score : trained) {
      Candidate way = score.candidate();
      if (probe.isEmpty() || way.suits().tries(known(probe.get()), rows)) {
        (byName.containsKey(way.after()) ? after : left).add(score);
      }
    }
    after.sort((a, b) -> BEST_FIRST.compare(before(a, byName), before(b, byName)));
    left.addAll(after.subList(0, Math.min(AFTER, after.size())));
    return left;
  }

  private static CrossScore before(CrossScore score, Map<String, CrossScore> byName) {
    return byName.getOrDefault(score.candidate().after(), score);
  }

  /**
   * Whether the base's vectors hold the subject, as the probe on them shows: of few rows some are
   * right by chance, so a standard error less than it has. What is taken for new by mistake loses
   * less than what is taken for known.
   */
  private boolean known(CrossScore probe) {
    Targets targets = Targets.of(data.train().rows(), data.labels());
    Map<String, Integer> counts = new HashMap<>();
    for (int row = 0; row < targets.size(); row++) {
      counts.merge(targets.heads()[row] + " " + targets.classes()[row], 1, Integer::sum);
    }
    int most = 0;
    for (int head = 0; head < data.labels().size(); head++) {
      String ours = head + " ";
      most +=
          counts.entrySet().stream()
              .filter(entry -> entry.getKey().startsWith(ours))
              .mapToInt(Map.Entry::getValue)
              .max()
              .orElse(0);
    }
    double right = probe.accuracy();
    double standardError = Math.sqrt(right * (1 - right) / targets.size());
    return HeadStart.holdsSubject(right - standardError, (double) most / targets.size());
  }

  /** The better half; the best usual way is always among them. */
  private static List<CrossScore> survivors(List<CrossScore> scores) {
    List<CrossScore> left = new ArrayList<>(scores);
    left.sort(BEST_FIRST);
    Optional<CrossScore> usual = left.stream().filter(way -> way.candidate().usual()).findFirst();
    left = new ArrayList<>(left.subList(0, ComparisonTime.survivors(scores.size())));
    if (usual.isPresent() && !left.contains(usual.get())) {
      left.set(left.size() - 1, usual.get());
    }
    return left;
  }

  /** The best usual way and the best of the others, or the two best where there are no two such. */
  private static List<CrossScore> finalists(List<CrossScore> scores, int heldOut) {
    List<CrossScore> ordered = new ArrayList<>(scores);
    ordered.sort(BEST_FIRST);
    List<CrossScore> two = new ArrayList<>();
    promising(others(scores), heldOut).ifPresent(two::add);
    ordered.stream().filter(way -> way.candidate().usual()).findFirst().ifPresent(two::add);
    ordered.stream().filter(way -> !two.contains(way)).limit(2 - two.size()).forEach(two::add);
    return two;
  }

  private static CrossScore best(List<CrossScore> left, int heldOut) {
    Optional<CrossScore> usual =
        left.stream().filter(way -> way.candidate().usual()).min(BEST_FIRST);
    if (usual.isEmpty()) {
      return promising(left, heldOut).orElseThrow();
    }
    List<CrossScore> ahead =
        left.stream().filter(way -> way.standardErrorsAhead(usual.get(), heldOut) >= 1).toList();
    return promising(ahead, heldOut).orElse(usual.get());
  }

  private static List<CrossScore> others(List<CrossScore> scores) {
    return scores.stream().filter(way -> !way.candidate().usual()).toList();
  }

  /**
   * Of the way with the most rows right and those that are behind it by less than a standard error
   * the one with the least log loss, which varies less where rows are few.
   */
  private static Optional<CrossScore> promising(List<CrossScore> ways, int heldOut) {
    return ways.stream()
        .min(BEST_FIRST)
        .flatMap(
            first ->
                ways.stream()
                    .filter(way -> first.standardErrorsAhead(way, heldOut) < 1)
                    .min(Comparator.comparingDouble(CrossScore::logLoss)));
  }

  /**
   * Fits ways in folds.
   *
   * @param later how many fits are to follow
   * @return false when it was stopped
   */
  private boolean fit(List<CrossScore> scores, List<int[]> folds, int later) {
    int all = done + scores.size() * folds.size() + later;
    for (int[] fold : folds) {
      for (CrossScore score : scores) {
        if (!fits().fit(score, fold)) {
          return false;
        }
        done++;
        listener.onFit(done, all, score);
      }
    }
    return true;
  }
}
