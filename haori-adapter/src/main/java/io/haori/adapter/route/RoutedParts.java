package io.haori.adapter.route;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.ModuleParts;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How much of a routed mix goes through each module: the mean share of the rows of a pass. */
public final class RoutedParts implements ModuleParts {
  private final AdapterModule mix;
  private final RoutedMethod method;
  private final Map<String, ShareTally> tallies = new LinkedHashMap<>();

  /**
   * Looks at a mix.
   *
   * @param mix made by {@link RoutedMethod}; stays open and unchanged
   */
  public RoutedParts(AdapterModule mix) {
    if (!(mix.method() instanceof RoutedMethod routed)) {
      throw new IllegalArgumentException(mix.method().name() + " is no routed mix");
    }
    this.mix = mix;
    this.method = routed;
  }

  @Override
  public List<String> modules() {
    return method.moduleNames();
  }

  @Override
  public void watch(Runnable pass) {
    mix.layers()
        .forEach(
            (slot, layer) -> {
              ShareTally tally = new ShareTally(method.modules().size());
              tallies.put(slot, tally);
              ((RoutedLinear) layer).count(tally);
            });
    try {
      pass.run();
    } finally {
      mix.layers().values().forEach(layer -> ((RoutedLinear) layer).count(null));
    }
  }

  /** Mean shares of the rows that were watched; of a sum, the modules' parts of it, all alike. */
  @Override
  public Map<String, double[]> energies() {
    Map<String, double[]> shares = new LinkedHashMap<>();
    tallies.forEach((slot, tally) -> shares.put(slot, ofOne(tally.means())));
    return shares;
  }

  private double[] ofOne(double[] means) {
    double all = method.config().route() == RouteKind.SUM ? Arrays.stream(means).sum() : 1;
    return all == 0 ? means : Arrays.stream(means).map(mean -> mean / all).toArray();
  }

  @Override
  public AdapterModule without(int module) {
    Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
    mix.layers().forEach((slot, layer) -> layers.put(slot, ((RoutedLinear) layer).without(module)));
    return new AdapterModule(mix.name() + " without " + modules().get(module), method, layers);
  }
}
