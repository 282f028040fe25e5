package io.haori.training.mix;

import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.ModuleParts;
import io.haori.analysis.comparison.AnswerDifference;
import io.haori.analysis.comparison.Answers;
import io.haori.analysis.statistics.Interval;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Task;
import io.haori.training.data.Dataset;
import io.haori.training.task.answer.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which modules a mix uses. Of a mix that is routed, a share is the mean over the tokens of the
 * test rows and over the layers' linear maps.
 *
 * @param modules their names
 * @param byLayer share of each module in the energy of a layer's updates, {@code [modules]} by
 *     layer; sums to 1, or all 0 where a layer has no update
 * @param shares of each module in the energy of all updates; in [0, 1], summing to 1
 * @param score what {@code leaveOneOut} is measured in: the task's main score, the Pearson
 *     correlation where that is another one; of the test rows
 * @param leaveOneOut change of that score when a module says nothing, with its 95 % interval
 */
public record ModuleShares(
    List<String> modules,
    Map<String, double[]> byLayer,
    List<Double> shares,
    String score,
    List<Interval> leaveOneOut) {
  /**
   * Measures a mix: shares from its weights, and its answers without each module.
   *
   * @param model whose module is a mix; stays open and unchanged
   * @param data whose test rows are answered once more without each module
   * @param seed of the bootstrap over the test rows
   * @throws IllegalArgumentException when the module is no mix
   */
  public static ModuleShares of(TextModel model, Dataset data, long seed) {
    ModuleParts contributions = MixFolder.parts(model.module());
    contributions.watch(() -> Predictions.of(model, data.test()));
    UpdateShares shares = UpdateShares.of(contributions, model.base().backbone().slots());
    return new ModuleShares(
        contributions.modules(),
        shares.byLayer(),
        shares.shares(),
        score(data.labels().task()),
        leaveOneOut(model, contributions, data, seed));
  }

  private static List<Interval> leaveOneOut(
      TextModel model, ModuleParts contributions, Dataset data, long seed) {
    Predictions with = Predictions.of(model, data.test());
    List<Interval> changes = new ArrayList<>();
    for (int k = 0; k < contributions.modules().size(); k++) {
      try (AdapterModule rest = contributions.without(k)) {
        // The heads stay the model's own: this one is not closed.
        TextModel without = new TextModel(model.base(), rest, model.heads(), model.options());
        changes.add(change(Predictions.of(without, data.test()), with, seed));
      }
    }
    return changes;
  }

  private static String score(Task task) {
    return task.comparedBy() == Answers.NUMBERS ? task.comparedScore() : task.mainScore();
  }

  private static Interval change(Predictions without, Predictions with, long seed) {
    Optional<double[][]> ofAll = with.shares();
    Optional<double[][]> ofRest = without.shares();
    return ofAll.isPresent() && ofRest.isPresent()
        ? AnswerDifference.ofShares(ofRest.get(), ofAll.get(), seed)
        : AnswerDifference.of(
            with.labels().task().comparedBy(),
            with.truth(),
            without.predicted(),
            with.predicted(),
            seed);
  }
}
