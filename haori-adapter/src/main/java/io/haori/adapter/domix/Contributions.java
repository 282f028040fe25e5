package io.haori.adapter.domix;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which module of a mix carries how much of its update. */
public final class Contributions {
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

  /** The modules' names, in the order of all values here. */
  public List<String> modules() {
    return method.moduleNames();
  }

  /**
   * Energy of each layer's update through each module, {@code ‖(B_cat S P)[:, block] A_block‖²}.
   *
   * @return {@code [modules]} by slot name, from the lowest layer to the highest
   */
  public Map<String, double[]> energies() {
    Map<String, double[]> energies = new LinkedHashMap<>();
    for (Map.Entry<String, AdaptedLinear> layer : mix.layers().entrySet()) {
      DomixLinear linear = (DomixLinear) layer.getValue();
      energies.put(layer.getKey(), linear.energies(method.modules().size()));
    }
    return energies;
  }

  /**
   * The mix as if a module had said nothing.
   *
   * @param module its index
   * @return owned by the caller
   */
  public AdapterModule without(int module) {
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    mix.layers().forEach((slot, layer) -> layers.put(slot, ((DomixLinear) layer).without(module)));
    return new AdapterModule(mix.name() + " without " + modules().get(module), method, layers);
  }
}
