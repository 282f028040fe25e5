package io.haori.training.condense;

import static io.haori.core.check.Check.require;

import io.haori.adapter.merge.ModulePruning;
import io.haori.adapter.merge.ModulePruning.Pruned;
import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.model.TextPass;
import io.haori.training.data.DataFile;

/**
 * Finds how far a module can be pruned before its loss on validation rows rises above a bound.
 *
 * @param rise of the mean loss that is allowed; finite, at least 0
 */
public record LossBound(double rise) {
  /** Checks the bound. */
  public LossBound {
    require(rise >= 0 && rise <= Double.MAX_VALUE, "maxLossRise", "finite, at least 0", rise);
  }

  /**
   * Prunes a module. The number of components is halved towards the bound, which takes as many
   * passes over the rows as that number has binary digits; what is given was measured to keep the
   * bound. The loss need not fall with every component, so fewer might do, too.
   *
   * @param name of the new module
   * @param module adds a low-rank update on each of its layers; stays open
   * @param pass with this module and its heads
   * @param rows to measure on
   * @return its module is owned by the caller
   */
  public Pruned prune(String name, AdapterModule module, TextPass pass, DataFile rows) {
    double bound = Quality.of(pass, rows).loss() + rise;
    int fails = 0;
    int holds = ModulePruning.components(module);
    while (holds - fails > 1) {
      int middle = (fails + holds) / 2;
      Pruned pruned = ModulePruning.toComponents(name, module, middle);
      try (AdapterModule tried = pruned.module()) {
        TextPass one = new TextPass(pass.base(), tried, pass.heads(), pass.options());
        if (Quality.of(one, rows).loss() <= bound) {
          holds = middle;
        } else {
          fails = middle;
        }
      }
    }
    return ModulePruning.toComponents(name, module, holds);
  }
}
