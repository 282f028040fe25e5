package io.haori.training.condense;

import static io.haori.core.check.Check.require;

import io.haori.adapter.merge.MergeConfig;
import io.haori.adapter.merge.ModuleMerge;
import io.haori.adapter.merge.ModuleMerge.Merged;
import io.haori.adapter.merge.ModuleMerge.Term;
import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.live.LiveSnapshot;
import io.haori.inference.model.TextPass;
import io.haori.training.data.DataFile;
import io.haori.training.task.answer.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The modules of a live model made into one, with what that changes on labelled rows. Owns the
 * merged module until it is attached.
 *
 * @param module all enabled modules with their weights as one
 * @param energyLost share of the updates' energy {@code ‖ΔW‖²} that was cut off, in [0, 1]
 * @param before scores of the modules as they were, by name
 * @param after scores of the merged module, by name
 */
public record MeasuredMerge(
    AdapterModule module, double energyLost, Map<String, Double> before, Map<String, Double> after)
    implements AutoCloseable {
  /** Copies the scores. */
  public MeasuredMerge {
    before = Map.copyOf(before);
    after = Map.copyOf(after);
  }

  /**
   * Merges the enabled modules; the live model stays as it is.
   *
   * @param snapshot whose modules are merged, by its own heads measured
   * @param name of the new module
   * @param config how their updates become one
   * @param rank that each layer has at most; empty for what the kind of merge gives
   * @param data rows to measure on, such as the validation rows
   * @return owned by the caller
   * @throws io.haori.core.check.UserError when nothing is enabled, a mix is, or a module's update
   *     is not low-rank
   */
  public static MeasuredMerge of(
      LiveSnapshot snapshot, String name, MergeConfig config, OptionalInt rank, DataFile data) {
    return of(snapshot, snapshot.pass(), name, config, rank, data);
  }

  /**
   * The same by the heads that came with a module.
   *
   * @param headsOf name of an attached module with heads
   */
  public static MeasuredMerge of(
      LiveSnapshot snapshot,
      String headsOf,
      String name,
      MergeConfig config,
      OptionalInt rank,
      DataFile data) {
    return of(snapshot, snapshot.passOfAll(headsOf), name, config, rank, data);
  }

  private static MeasuredMerge of(
      LiveSnapshot snapshot,
      TextPass pass,
      String name,
      MergeConfig config,
      OptionalInt rank,
      DataFile data) {
    List<Term> terms = new ArrayList<>();
    for (LiveSnapshot.Enabled one : snapshot.enabledModules()) {
      require(one.uses().isEmpty(), "modules to merge", "free of mixes", "the mix " + one.name());
      terms.add(new Term(one.module(), one.weight()));
    }
    require(!terms.isEmpty(), "modules to merge", "at least one that is enabled", "none");
    Merged merged = ModuleMerge.of(name, terms, config, rank);
    boolean measured = false;
    try {
      Map<String, Double> before = Predictions.of(pass, data).scores().byName();
      TextPass mergedPass =
          new TextPass(pass.base(), merged.module(), pass.heads(), pass.options());
      Map<String, Double> after = Predictions.of(mergedPass, data).scores().byName();
      measured = true;
      return new MeasuredMerge(merged.module(), merged.energyLost(), before, after);
    } finally {
      if (!measured) {
        merged.module().close();
      }
    }
  }

  /**
   * How much a score fell.
   *
   * @param score its name, such as {@code accuracy}
   * @return above 0 when the merge made it worse
   */
  public double lost(String score) {
    require(before.containsKey(score), "score", "one of " + before.keySet(), score);
    return before.getOrDefault(score, Double.NaN) - after.getOrDefault(score, Double.NaN);
  }

  @Override
  public void close() {
    module.close();
  }
}
