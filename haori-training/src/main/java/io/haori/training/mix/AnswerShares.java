package io.haori.training.mix;

import io.haori.adapter.combine.GateParts;
import io.haori.adapter.mixfile.GateFolder;
import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.ModuleParts;
import io.haori.analysis.comparison.AnswerDifference;
import io.haori.analysis.statistics.Interval;
import io.haori.inference.generate.Generator;
import io.haori.inference.model.TextBase;
import io.haori.training.data.DataFile;
import io.haori.training.instruct.WrittenAnswers;
import io.haori.training.pretrain.AnswerLosses;
import io.haori.training.pretrain.PretrainSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Which modules a decoder's mix, or gate, uses to write its answers.
 *
 * @param modules their names
 * @param byLayer share of each module in the energy of a layer's updates, {@code [modules]} by
 *     layer; empty for a gate that looks at the input
 * @param shares of each module in the energy of all updates; in [0, 1], summing to 1; all 0 for a
 *     gate that looks at the input
 * @param rows that were answered
 * @param without what each module's absence costs, in their order; fewer when it was stopped
 */
public record AnswerShares(
    List<String> modules,
    Map<String, double[]> byLayer,
    List<Double> shares,
    int rows,
    List<Absence> without) {
  /** Copies the lists. */
  public AnswerShares {
    modules = List.copyOf(modules);
    shares = List.copyOf(shares);
    without = List.copyOf(without);
  }

  /**
   * What changes when a module says nothing.
   *
   * @param loss of the right answers a token, in nats, with its 95 % interval; above 0 where the
   *     module is missed
   * @param exactMatch share of answers that are exactly right, with its 95 % interval; below 0
   *     where the module is missed
   */
  public record Absence(Interval loss, Interval exactMatch) {}

  /**
   * Measures.
   *
   * @param base stays open
   * @param module a mix or a gate on it; stays open and unchanged
   * @param settings say how rows are read
   * @param file that the answered rows are in
   * @param answers of the module to some of them
   * @param seed of the bootstrap over the rows
   * @param stopRequested asked once a token
   */
  public static AnswerShares of(
      TextBase base,
      AdapterModule module,
      PretrainSettings settings,
      DataFile file,
      WrittenAnswers answers,
      long seed,
      BooleanSupplier stopRequested) {
    ModuleParts parts = GateFolder.isGate(module) ? new GateParts(module) : MixFolder.parts(module);
    AnswerLosses losses = AnswerLosses.of(base, settings, file, answers.rows());
    List<AnswerLosses.RowLosses> whole = new ArrayList<>();
    parts.watch(() -> whole.add(losses.with(module)));
    if (whole.isEmpty()) {
      whole.add(losses.with(module));
    }
    UpdateShares shares = UpdateShares.of(parts, base.backbone().slots());
    List<Absence> without = new ArrayList<>();
    for (int k = 0; k < parts.modules().size() && !stopRequested.getAsBoolean(); k++) {
      try (AdapterModule rest = parts.without(k)) {
        Interval loss =
            AnswerDifference.ofShares(losses.with(rest).sides(), whole.get(0).sides(), seed);
        WrittenAnswers others =
            WrittenAnswers.of(
                new Generator(base, rest, settings.precision()),
                base.tokenizer(),
                answers.rows(),
                stopRequested);
        if (others.rows().size() == answers.rows().size()) {
          without.add(
              new Absence(
                  loss, AnswerDifference.ofAccuracies(others.exact(), answers.exact(), seed)));
        }
      }
    }
    return new AnswerShares(
        parts.modules(), shares.byLayer(), shares.shares(), answers.rows().size(), without);
  }
}
