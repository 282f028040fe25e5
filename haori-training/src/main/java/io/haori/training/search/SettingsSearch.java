package io.haori.training.search;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.SearchedSetting;
import io.haori.core.check.UserError;
import io.haori.inference.folder.EpochResult;
import io.haori.inference.model.TextBase;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.TrainingResult;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Random search with successive halving (Jamieson and Talwalkar 2016, arXiv 1502.07943): all trials
 * run for a few epochs, the best third of them for three times as many, and so on; the last one is
 * left for a run in full, which the caller makes. Only validation rows are scored. All is a
 * function of the seed.
 */
public final class SettingsSearch {
  /** One trial of this many continues to the next round, which is this many times longer. */
  private static final int FACTOR = 3;

  private final TextBase base;
  private final TokenizedDataset rows;
  private final List<SearchedSetting> space;
  private final Function<Map<String, String>, TuneSettings> settings;
  private SearchListener listener = SearchListener.SILENT;
  private BooleanSupplier stopRequested = () -> false;
  private TrialJournal journal = new TrialJournal(null, false);

  /**
   * What a search gave.
   *
   * @param trials all of them, in the order in which they were drawn
   * @param best the one to run in full; null when it was interrupted
   */
  public record Found(List<Trial> trials, @Nullable Trial best) {
    /** Copies the list. */
    public Found {
      trials = List.copyOf(trials);
    }
  }

  /**
   * Prepares a search.
   *
   * @param base stays open
   * @param rows what is learnt and scored; the test rows are not looked at
   * @param space what varies
   * @param settings the settings of a run in full, given what was drawn by name
   */
  public SettingsSearch(
      TextBase base,
      TokenizedDataset rows,
      List<SearchedSetting> space,
      Function<Map<String, String>, TuneSettings> settings) {
    this.base = base;
    this.rows = rows;
    this.space = List.copyOf(space);
    this.settings = settings;
  }

  /** Reports progress to this listener. */
  public SettingsSearch listener(SearchListener newListener) {
    listener = newListener;
    return this;
  }

  /** Asks before every step whether to stop. */
  public SettingsSearch stopWhen(BooleanSupplier newStopRequested) {
    stopRequested = newStopRequested;
    return this;
  }

  /**
   * Keeps finished rounds.
   *
   * @param file where they are
   * @param goOn whether those that are there count
   */
  public SettingsSearch journal(Path file, boolean goOn) {
    journal = new TrialJournal(file, goOn);
    return this;
  }

  /**
   * Searches.
   *
   * @param count trials; at least 2
   * @param seed of what is drawn
   * @throws UserError when every trial fails, with the first one's sentence
   */
  public Found run(int count, long seed) {
    require(count >= 2, "tune-hyper", "at least 2", count);
    List<Trial> trials = draw(count, seed);
    List<Integer> alive = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      alive.add(i);
    }
    int rounds = rounds(count);
    int all = 0;
    for (int round = 0, left = count; round < rounds; round++, left = next(left)) {
      all += left;
    }
    int done = 0;
    for (int round = 0; round < rounds; round++) {
      double share = Math.pow(FACTOR, round - rounds);
      UserError failure = null;
      for (int index : alive) {
        Trial trial = trials.get(index);
        TuneSettings shortened = shortened(settings.apply(trial.settings()), share);
        double score;
        try {
          Optional<Double> scored = score(shortened);
          if (scored.isEmpty()) {
            return new Found(trials, null);
          }
          score = scored.get();
        } catch (UserError e) {
          failure = failure == null ? e : failure;
          score = Double.NaN;
        }
        List<Trial.Round> went = new ArrayList<>(trial.rounds());
        went.add(new Trial.Round(shortened.loop().epochs(), score));
        trials.set(index, new Trial(trial.number(), trial.settings(), went));
        listener.onRound(++done, all, trials.get(index));
      }
      if (failure != null && alive.stream().allMatch(i -> Double.isNaN(trials.get(i).score()))) {
        throw failure;
      }
      alive = best(trials, alive);
    }
    return new Found(trials, trials.get(alive.get(0)));
  }

  private List<Trial> draw(int count, long seed) {
    SplittableRandom random = new SplittableRandom(Seeds.of(seed, Purpose.TRIALS));
    List<Trial> trials = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      Map<String, String> drawn = new LinkedHashMap<>();
      for (SearchedSetting setting : space) {
        drawn.put(setting.name(), setting.draw(random));
      }
      trials.add(new Trial(number, drawn, List.of()));
    }
    return trials;
  }

  private static int next(int trials) {
    return (trials + FACTOR - 1) / FACTOR;
  }

  /** How often the trials must be thinned until one is left. */
  static int rounds(int trials) {
    int rounds = 0;
    for (int left = trials; left > 1; left = next(left)) {
      rounds++;
    }
    return rounds;
  }

  private static TuneSettings shortened(TuneSettings full, double share) {
    LoopConfig loop = full.loop();
    int epochs = (int) Math.max(1, Math.round(share * loop.epochs()));
    return full.withMethod(full.method().shortened(share)).withLoop(loop.withEpochs(epochs));
  }

  /** The best validation score of a run; empty when it was stopped. */
  private Optional<Double> score(TuneSettings run) {
    String name = run.toString();
    Double known = journal.find(name);
    if (known != null) {
      return Optional.of(known);
    }
    double score;
    try (TunedModel tuned = new Tuner(base, run).stopWhen(stopRequested).tune(rows)) {
      if (tuned.training().interrupted()) {
        return Optional.empty();
      }
      score = score(tuned.training(), run.loop().selection().metric());
    }
    journal.keep(name, score);
    return Optional.of(score);
  }

  private static double score(TrainingResult result, String metric) {
    if (result.bestEpoch() == 0) {
      return Double.NaN;
    }
    EpochResult best = result.history().get(result.bestEpoch() - 1);
    return best.metrics().getOrDefault(metric, Double.NaN);
  }

  /** The best third, those that were drawn first among equals; what failed comes last. */
  private static List<Integer> best(List<Trial> trials, List<Integer> alive) {
    List<Integer> sorted = new ArrayList<>(alive);
    sorted.sort(
        Comparator.comparingDouble(
            index -> {
              double score = trials.get(index).score();
              return Double.isNaN(score) ? Double.POSITIVE_INFINITY : -score;
            }));
    return sorted.subList(0, next(sorted.size()));
  }
}
