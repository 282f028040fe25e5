package io.haori.cli.advise;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.cli.proof.MemoryLine;
import io.haori.cli.terminal.PeakMemory;
import io.haori.cli.terminal.ProcessorTime;
import io.haori.core.check.UserError;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.tensor.Engine;
import io.haori.training.data.Dataset;
import io.haori.training.proof.FitCosts;
import io.haori.training.proof.Way;
import io.haori.training.task.TuneSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a method takes on this machine, from short fits to some of the rows.
 *
 * @param method its name
 * @param processorSeconds of a fit to all rows with the method's usual epochs, all cores together
 * @param megabytes of memory at most, the process's whole; 0 where the system does not say it
 * @param refused why the method cannot learn from so few rows; null where it can
 */
record MethodEstimate(
    String method, double processorSeconds, long megabytes, @Nullable String refused) {
  private static final String LORA = "lora";

  /** How many methods there are to measure. */
  static int count() {
    return MethodCatalogue.names().size();
  }

  /**
   * Measures all methods on few rows.
   *
   * @param base stays open
   * @param data all rows that a fit would have
   * @param text how they are read
   * @param seed of the fits
   * @param wanted gets how many are done, after each; says whether to continue
   */
  static List<MethodEstimate> of(
      TextBase base, Dataset data, TextOptions text, long seed, IntPredicate wanted) {
    Dataset few = data.withTrainRows(MemoryLine.FEW, seed);
    Way lora = Way.of(LORA, 1, text, seed);
    FitCosts usual = FitCosts.measure(base, lora, data, ProcessorTime::nanos);
    MemoryLine memory = MemoryLine.of(base, lora, few, data);
    int rows = data.train().rows().size();
    long ofRows = memory.megabytes(rows) - memory.megabytes(MemoryLine.FEW);
    List<MethodEstimate> all = new ArrayList<>();
    int done = 0;
    for (String method : MethodCatalogue.names()) {
      int epochs = TuneSettings.of(MethodCatalogue.create(method, Map.of())).loop().epochs();
      boolean frozen = method.equals(Way.FROZEN);
      int learnt = frozen ? 0 : epochs;
      try {
        Engine.releaseFreeMemory();
        boolean counts = PeakMemory.restart();
        FitCosts costs =
            frozen
                ? usual
                : usual.of(base, Way.of(method, epochs, text, seed), few, ProcessorTime::nanos);
        double seconds = costs.seconds(rows, learnt, data.validation().rows().size() * learnt);
        long peak = frozen ? memory.fewMegabytes() : PeakMemory.megabytes();
        all.add(new MethodEstimate(method, seconds, counts ? peak + ofRows : 0, null));
      } catch (UserError e) {
        all.add(new MethodEstimate(method, 0, 0, e.getMessage()));
      }
      done++;
      if (!wanted.test(done)) {
        return all;
      }
    }
    return all;
  }
}
