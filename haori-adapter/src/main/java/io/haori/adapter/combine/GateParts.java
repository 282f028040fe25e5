package io.haori.adapter.combine;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.adapter.spi.ModuleParts;
import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which module of a gate carries how much of its update. */
public final class GateParts implements ModuleParts {
  private final AdapterModule gate;
  private final GateMethod method;

  /**
   * Looks at a gate.
   *
   * @param gate made by a {@link GateMethod}; stays open and unchanged
   */
  public GateParts(AdapterModule gate) {
    this.gate = gate;
    this.method = GateFile.methodOf(gate);
  }

  @Override
  public List<String> modules() {
    return method.moduleNames();
  }

  /**
   * Energies {@code gₖ² ‖sₖ Bₖ Aₖ‖²} of a gate for the task; none of one that looks at the input,
   * whose shares differ from token to token.
   */
  @Override
  public Map<String, double[]> energies() {
    Map<String, double[]> energies = new LinkedHashMap<>();
    if (method.config().kind() == GateConfig.Kind.TASK) {
      gate.layers().forEach((slot, layer) -> energies.put(slot, energies((GatedLinear) layer)));
    }
    return energies;
  }

  private double[] energies(GatedLinear layer) {
    Map<String, Double> shares = layer.shares();
    double[] energies = new double[method.modules().size()];
    for (int k = 0; k < energies.length; k++) {
      String name = method.modules().get(k).name();
      if (layer.members().get(name) instanceof LowRankUpdate update) {
        try (Scope scope = Scope.open()) {
          Tensor ups = update.up().to(DType.F64).mul(update.scale());
          Tensor downs = update.down().to(DType.F64);
          double energy = ups.t().matmul(ups).mul(downs.matmul(downs.t())).sum().item();
          double share = shares.getOrDefault(name, 0.0);
          energies[k] = share * share * energy;
        }
      }
    }
    return energies;
  }

  /** The share of the module falls to the others. */
  @Override
  public AdapterModule without(int module) {
    String name = modules().get(module);
    List<AdapterModule> others = new ArrayList<>(method.modules());
    others.remove(module);
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    gate.layers()
        .forEach(
            (slot, layer) -> {
              GatedLinear rest = ((GatedLinear) layer).without(name);
              if (rest != null) {
                layers.put(slot, rest);
              }
            });
    GateMethod made = others.isEmpty() ? method : new GateMethod(method.config(), others);
    return new AdapterModule(gate.name() + " without " + name, made, layers);
  }
}
