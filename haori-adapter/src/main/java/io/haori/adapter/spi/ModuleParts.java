package io.haori.adapter.spi;

import java.util.List;
import java.util.Map;

/** How the update of a module made of other modules is divided among these. */
public interface ModuleParts {
  /** Names of the parts, in the order of all figures here. */
  List<String> modules();

  /**
   * Looks on while texts are read, where the division depends on them; to be called before {@link
   * #energies} is.
   *
   * @param pass reads the texts by the module
   */
  default void watch(Runnable pass) {}

  /**
   * Energy of each layer's update through each part: the squared Frobenius norm of the weight's
   * change that passes through it; where the division depends on the texts, the mean share of what
   * was watched.
   *
   * @return {@code [modules]} by slot name, from the lowest layer to the highest; 0 for a part
   *     without a layer there
   */
  Map<String, double[]> energies();

  /**
   * The module as if a part had said nothing.
   *
   * @param module index of the part
   * @return owned by the caller
   */
  AdapterModule without(int module);
}
