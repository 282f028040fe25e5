package io.haori.adapter.merge;

import io.haori.adapter.lora.LoraCombination;
import io.haori.adapter.spi.AdapterModule;

/**
 * Cuts a module down to its important subspace: the singular components of all layers together are
 * put in the order of their size, and the small ones go. The module stays open and unchanged; what
 * is made is of the method {@code lora} and owned by the caller.
 */
public final class ModulePruning {
  private ModulePruning() {}

  /**
   * What is left of a module.
   *
   * @param module owned by the caller; layers without a component are left out
   * @param components that were kept, of all layers together
   * @param energyLost share of the updates' energy {@code ‖ΔW‖²} that was cut off, in [0, 1]
   */
  public record Pruned(AdapterModule module, int components, double energyLost) {}

  /**
   * How many components a module has: the ranks of its layers, added up.
   *
   * @throws io.haori.core.check.UserError when its update is not low-rank
   */
  public static int components(AdapterModule module) {
    return LoraCombination.components(module);
  }

  /**
   * The smallest module that holds a share of the energy.
   *
   * @param name of the new module
   * @param module adds a low-rank update on each of its layers
   * @param share in (0, 1]
   * @throws io.haori.core.check.UserError when its update is not low-rank
   */
  public static Pruned toEnergy(String name, AdapterModule module, double share) {
    return toComponents(name, module, LoraCombination.componentsReaching(module, share));
  }

  /**
   * The module of this many components that loses the least energy.
   *
   * @param name of the new module
   * @param module adds a low-rank update on each of its layers
   * @param components at least 1
   * @throws io.haori.core.check.UserError when its update is not low-rank
   */
  public static Pruned toComponents(String name, AdapterModule module, int components) {
    LoraCombination.Truncation cut = LoraCombination.strongest(name, module, components);
    return new Pruned(cut.module(), Math.min(components, components(module)), cut.lost());
  }
}
