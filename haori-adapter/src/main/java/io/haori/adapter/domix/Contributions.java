package io.haori.adapter.domix;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.ModuleParts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which module of a mix carries how much of its update. */
public final class Contributions implements ModuleParts {
  private final AdapterModule mix;
  private final DomixMethod method;

  /**
   * Looks at a mix.
   *
   * @param mix made by {@link DomixMethod}; stays open and unchanged
   */
  public Contributions(AdapterModule mix) {
    if (!(mix.method() instanceof DomixMethod domix)) {
      throw new IllegalArgumentException(mix.method().name() + " is no mix");
    }
    this.mix = mix;
    this.method = domix;
  }

  @Override
  public List<String> modules() {
    return method.moduleNames();
  }

  /** Energies {@code ‖(B_cat S P)[:, block] A_block‖²}. */
  @Override
  public Map<String, double[]> energies() {
    Map<String, double[]> energies = new LinkedHashMap<>();
    for (Map.Entry<String, AdaptedLinear> layer : mix.layers().entrySet()) {
      DomixLinear linear = (DomixLinear) layer.getValue();
      energies.put(layer.getKey(), linear.energies(method.modules().size()));
    }
    return energies;
  }

  @Override
  public AdapterModule without(int module) {
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    mix.layers().forEach((slot, layer) -> layers.put(slot, ((DomixLinear) layer).without(module)));
    return new AdapterModule(mix.name() + " without " + modules().get(module), method, layers);
  }
}
