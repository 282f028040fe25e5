package io.haori.adapter.merge;

import static io.haori.core.check.Check.require;

import io.haori.adapter.combine.GateFile;
import io.haori.adapter.combine.GateMethod;
import io.haori.adapter.combine.GatedLinear;
import io.haori.adapter.lora.LoraCombination;
import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.model.backbone.Slot;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Several modules made into one of the method {@code lora}, exactly or to a rank. The modules stay
 * open and unchanged; what is made is owned by the caller.
 */
public final class ModuleMerge {
  private ModuleMerge() {}

  /**
   * A module in a sum.
   *
   * @param module adds a low-rank update on each of its layers
   * @param weight finite
   */
  public record Term(AdapterModule module, double weight) {}

  /**
   * What a merge gave.
   *
   * @param module owned by the caller
   * @param energyLost share of the updates' energy {@code ‖ΔW‖²} that was cut off, in [0, 1]
   */
  public record Merged(AdapterModule module, double energyLost) {}

  /**
   * Without loss: the ranks add up.
   *
   * @param name of the new module
   * @param terms at least one
   * @throws UserError when a module's update is not low-rank
   */
  public static Merged exactly(String name, List<Term> terms) {
    return new Merged(LoraCombination.sum(name, combination(terms)), 0);
  }

  /**
   * The nearest module of at most a rank on every layer.
   *
   * @param name of the new module
   * @param terms at least one
   * @param rank at least 1
   * @throws UserError when a module's update is not low-rank
   */
  public static Merged toRank(String name, List<Term> terms, int rank) {
    try (AdapterModule whole = LoraCombination.sum(name, combination(terms))) {
      LoraCombination.Truncation truncation = LoraCombination.truncated(name, whole, rank);
      return new Merged(truncation.module(), truncation.lost());
    }
  }

  /**
   * Merges as a kind says. One module alone, whatever the kind and its density, is that module
   * times its weight: there is nothing that it could interfere with, so nothing is trimmed or
   * dropped.
   *
   * @param name of the new module
   * @param terms at least one; weights of 0 leave a module out
   * @param config kind, density and seed
   * @param rank that each layer has at most; when empty, a sum and {@code knots} lose nothing, and
   *     {@code ties} and {@code dare} are cut to the sum of the modules' ranks
   * @throws UserError when a module's update is not low-rank, or two do not fit the same base
   */
  public static Merged of(String name, List<Term> terms, MergeConfig config, OptionalInt rank) {
    rank.ifPresent(least -> require(least >= 1, "rank of the merge", "at least 1", least));
    List<Term> counted = counted(terms);
    if (config.kind() == MergeKind.SUM || counted.size() < 2) {
      return rank.isPresent() ? toRank(name, terms, rank.getAsInt()) : exactly(name, terms);
    }
    return new UpdateMerge(counted, config).merge(name, rank);
  }

  /** Each module once, with the sum of its weights, where that is not 0. */
  private static List<Term> counted(List<Term> terms) {
    IdentityHashMap<AdapterModule, Double> weights = new IdentityHashMap<>();
    combination(terms).forEach(term -> weights.merge(term.module(), term.weight(), Double::sum));
    return terms.stream()
        .map(Term::module)
        .distinct()
        .map(module -> new Term(module, weights.getOrDefault(module, 0.0)))
        .filter(term -> term.weight() != 0)
        .toList();
  }

  private static List<LoraCombination.Term> combination(List<Term> terms) {
    return terms.stream()
        .map(term -> new LoraCombination.Term(term.module(), term.weight()))
        .toList();
  }

  /**
   * A gate and its modules as one module, without loss: each layer's shares become weights.
   *
   * @param name of the new module
   * @param gate for the task, made by a {@link GateMethod} whose modules are still open
   * @throws UserError when the gate looks at the input, or a module's update is not low-rank
   */
  public static Merged ofGate(String name, AdapterModule gate) {
    List<AdapterModule> modules = GateFile.methodOf(gate).modules();
    return new Merged(
        LoraCombination.sum(name, modules, (module, slot) -> share(gate, module, slot)), 0);
  }

  private static double share(AdapterModule gate, AdapterModule module, String slot) {
    AdaptedLinear layer = gate.layers().get(slot);
    if (!(layer instanceof GatedLinear gated)) {
      throw new IllegalStateException("the gate has no layer on " + slot);
    }
    Map<String, Double> shares = gated.shares();
    return shares.getOrDefault(module.name(), 0.0);
  }

  /**
   * A module of any method as one whose updates add up: its exact difference {@code W' − W} on each
   * layer, of full rank where it is not low-rank already.
   *
   * @param name of the new module
   * @param module has a merged weight on each of its layers
   * @param slots of the base
   * @throws UserError when the method has no merged weight, or the module does not fit the base
   */
  public static AdapterModule converted(String name, AdapterModule module, List<Slot> slots) {
    return LoraCombination.exact(name, module, slots);
  }
}
