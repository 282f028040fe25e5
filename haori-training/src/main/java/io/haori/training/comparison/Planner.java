package io.haori.training.comparison;

import io.haori.adapter.spi.TrainingStrategy;
import io.haori.inference.folder.HaoriJson;
import io.haori.inference.model.TextBase;
import io.haori.training.data.Dataset;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.runs.RunDigest;
import io.haori.training.task.TuneSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Which runs are wanted, in which order, what each depends on and how long it takes.
 *
 * @param rows what all are fitted to
 * @param base what all start from
 */
record Planner(TokenizedDataset rows, TextBase base) {
  /**
   * The methods in the order in which they are run: those on one form of the base together, and
   * those that train the base's own weights last, as they want it in F32, which may be another type
   * than the others compute in.
   */
  static List<ComparedMethod> order(List<ComparedMethod> methods) {
    return methods.stream()
        .sorted(
            Comparator.comparing((ComparedMethod one) -> one.settings().method().trainsBase())
                .thenComparing(one -> one.settings().baseForm().precision())
                .thenComparing(one -> one.settings().baseForm().gradients()))
        .toList();
  }

  List<PlannedRun> plan(List<ComparedMethod> methods, List<Long> seeds) {
    List<PlannedRun> plan = new ArrayList<>();
    for (ComparedMethod method : order(methods)) {
      for (long seed : seeds) {
        TuneSettings settings = method.settings().withSeed(seed);
        plan.add(new PlannedRun(method.name(), settings, digest(settings), work(settings)));
      }
    }
    return plan;
  }

  /**
   * Tokens passed through a layer: a step backwards counts as two forwards where weights stay
   * frozen and as three where they learn; for a head alone every text is read once.
   */
  private long work(TuneSettings settings) {
    long train = rows.train().tokens();
    long validation = rows.validation().tokens();
    boolean trainsBase = settings.method().trainsBase();
    if (!trainsBase && settings.method().slots(base.backbone().slots()).isEmpty()) {
      return train + validation;
    }
    int epochs = settings.loop().epochs();
    if (settings.method().strategy() instanceof TrainingStrategy.BiLevel levels) {
      // Three passes over an inner batch and one over an outer one, then ordinary epochs.
      long twoLevels = Math.round((1 - levels.outerShare()) * 12 * train) + validation;
      return epochs * twoLevels + levels.lastEpochs() * (3 * train + validation);
    }
    return epochs * ((trainsBase ? 4 : 3) * train + validation);
  }

  /** SHA-256 of all that a run's figures depend on. */
  private String digest(TuneSettings settings) {
    Dataset data = rows.data();
    return new RunDigest(
            "single run, 3",
            HaoriJson.codeVersion(),
            base.digest(),
            List.of(data.train().sha256(), data.validation().sha256(), data.test().sha256()))
        .of(settings.method(), settings.byName(), method -> TuneSettings.of(method).byName());
  }
}
