package io.haori.training.condense;

import static io.haori.core.check.Check.require;

import io.haori.adapter.merge.ModuleMerge;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.loop.LoopListener;
import io.haori.training.task.SideBySideTuner;
import io.haori.training.task.StoredStart;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.answer.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Several fits that differ in their seed alone, made at once where the method allows it, and their
 * mean as one module (model soups, Wortsman et al. 2022, arXiv 2203.05482): the updates' exact mean
 * cut to the rank of one, and the mean of the heads. One lucky or unlucky seed then decides
 * nothing, and the spread is measured.
 *
 * <pre>{@code
 * ΔW = 1/K Σ ΔW_k, its best approximation of the rank;   W_head = 1/K Σ W_head,k
 * }</pre>
 *
 * Means of heads make sense where all start in one place, as from a probe.
 *
 * @param tuned the mean as a fitted model, owned by the caller; how its first fit went
 * @param single validation scores of each fit by name, empty without validation rows
 * @param singleTest test scores of each fit by name
 * @param energyLost share of the mean update's energy that the cut to the rank took, in [0, 1]
 */
public record SeedSoup(
    TunedModel tuned,
    List<Map<String, Double>> single,
    List<Map<String, Double>> singleTest,
    double energyLost)
    implements AutoCloseable {
  /**
   * Fits and averages.
   *
   * @param base stays open
   * @param settings of each fit, with the first seed; the others follow it
   * @param start a stored model that all start from; null for new ones
   * @param rows tokens of the same base and length
   * @param seeds how many fits, in [2, 64]
   * @param listener hears how the first of the fits goes, which the others keep pace with
   * @param stopRequested asked before every step
   * @return empty when it was stopped
   * @throws io.haori.core.check.UserError when the method's updates are not low-rank
   */
  public static Optional<SeedSoup> of(
      TextBase base,
      TuneSettings settings,
      @Nullable StoredStart start,
      TokenizedDataset rows,
      int seeds,
      LoopListener listener,
      BooleanSupplier stopRequested) {
    require(seeds >= 2 && seeds <= 64, "seeds", "in [2, 64]", seeds);
    List<SideBySideTuner.Fit> planned = new ArrayList<>();
    for (int k = 0; k < seeds; k++) {
      TuneSettings one = settings.withSeed(settings.loop().seed() + k);
      planned.add(new SideBySideTuner.Fit(one, start, null, rows));
    }
    List<TunedModel> fits =
        new SideBySideTuner(base, stopRequested).listener(listener).tune(planned);
    try {
      if (fits.stream().anyMatch(fit -> fit.training().interrupted())) {
        return Optional.empty();
      }
      List<Map<String, Double>> tests = new ArrayList<>();
      for (TunedModel fit : fits) {
        tests.add(Predictions.of(fit.model(), rows.data().test()).scores().byName());
      }
      return Optional.of(mean(base, settings, rows, fits, tests));
    } finally {
      fits.forEach(TunedModel::close);
    }
  }

  private static SeedSoup mean(
      TextBase base,
      TuneSettings settings,
      TokenizedDataset rows,
      List<TunedModel> fits,
      List<Map<String, Double>> tests) {
    double share = 1.0 / fits.size();
    AdapterModule first = fits.get(0).model().module();
    Object rank = settings.method().settings().get("rank");
    if (!(rank instanceof Number number)) {
      throw new UserError(
          "seeds must be 1 for a method without a rank, got " + settings.method().name());
    }
    ModuleMerge.Merged merged =
        ModuleMerge.toRank(
            first.name(),
            fits.stream().map(fit -> new ModuleMerge.Term(fit.model().module(), share)).toList(),
            number.intValue());
    Heads heads =
        HeadAverage.of(
            fits.stream().map(fit -> fit.model().heads()).toList(),
            fits.stream().map(fit -> share).toList(),
            settings.text().width(base));
    TextModel model = new TextModel(base, merged.module(), heads, settings.text());
    Map<String, Double> validation =
        rows.data().validation().rows().isEmpty()
            ? Map.of()
            : Predictions.of(model, rows.data().validation()).scores().byName();
    long numbers =
        heads.count()
            + merged.module().parameters().stream()
                .mapToLong(trained -> trained.parameter().count())
                .sum();
    return new SeedSoup(
        new TunedModel(model, fits.get(0).training(), validation, numbers),
        fits.stream().map(TunedModel::validation).toList(),
        tests,
        merged.energyLost());
  }

  @Override
  public void close() {
    tuned.close();
  }
}
