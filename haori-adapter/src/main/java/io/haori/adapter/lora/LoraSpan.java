package io.haori.adapter.lora;

import static io.haori.core.check.Check.require;

import io.haori.adapter.lora.LoraSpectrum.Components;
import io.haori.adapter.spi.AdapterModule;
import io.haori.tensor.Decompositions;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the updates of a module write into, compared with that of another module: the principal
 * angles between the spans of two {@code B A} (Björck, Golub 1973). Neither update is made whole.
 *
 * <pre>{@code
 * cos θ = singular values of U₁ᵀ U₂      ⟨ΔW₁, ΔW₂⟩ = Σᵢⱼ σ₁ᵢ σ₂ⱼ (U₁ᵀU₂)ᵢⱼ (V₁V₂ᵀ)ᵢⱼ
 *                           [k,o][o,m]
 * }</pre>
 *
 * Owns its tensors.
 */
public final class LoraSpan implements AutoCloseable {
  /** What is smaller than this beside the largest singular value is rounding. */
  private static final double ROUNDING = 1e-6;

  private final Map<String, Components> layers = new LinkedHashMap<>();

  private LoraSpan() {}

  /**
   * The span of a module.
   *
   * @param module adds a low-rank update on every one of its layers; not needed afterwards
   * @throws io.haori.core.check.UserError when a layer adds no low-rank update
   */
  public static LoraSpan of(AdapterModule module) {
    LoraSpan span = new LoraSpan();
    try (Scope scope = Scope.open()) {
      LoraSpectrum.of(module)
          .layers()
          .forEach(
              (slot, one) ->
                  span.layers.put(
                      slot, new Components(one.u().retain(), one.s().retain(), one.v().retain())));
    }
    return span;
  }

  /**
   * How near two modules are.
   *
   * @param overlap mean of the squared cosines of the principal angles, over the layers by their
   *     share of the updates' energy; 1 when one span holds the other on every layer, 0 when they
   *     are at right angles or on different layers
   * @param likeness cosine of the updates themselves, {@code ⟨ΔW₁, ΔW₂⟩ / (‖ΔW₁‖ ‖ΔW₂‖)} over all
   *     layers, in [-1, 1]; 1 when one is the other times a number above 0
   */
  public record Nearness(double overlap, double likeness) {}

  /**
   * Holds this module against another.
   *
   * @param other of the same base
   * @param share of each layer's energy that the compared spans hold, in (0, 1]; below 1 the
   *     directions that hardly matter are left out
   */
  public Nearness to(LoraSpan other, double share) {
    require(share > 0 && share <= 1, "share of the energy", "in (0, 1]", share);
    double mine = energy();
    double theirs = other.energy();
    if (mine == 0 || theirs == 0) {
      return new Nearness(0, 0);
    }
    double overlap = 0;
    double product = 0;
    try (Scope scope = Scope.open()) {
      for (Map.Entry<String, Components> entry : layers.entrySet()) {
        Components one = entry.getValue();
        Components two = other.layers.get(entry.getKey());
        if (two != null) {
          double weight = (one.energyBeyond(0) / mine + two.energyBeyond(0) / theirs) / 2;
          overlap += weight * overlap(one, two, share);
          product += product(one, two);
        }
      }
    }
    return new Nearness(overlap, product / Math.sqrt(mine * theirs));
  }

  private double energy() {
    try (Scope scope = Scope.open()) {
      return layers.values().stream().mapToDouble(one -> one.energyBeyond(0)).sum();
    }
  }

  private static double overlap(Components one, Components two, double share) {
    int k = width(one, share);
    int m = width(two, share);
    if (k == 0 || m == 0) {
      return 0;
    }
    Tensor first = one.u().narrow(1, 0, k);
    Tensor second = two.u().narrow(1, 0, m);
    Tensor cosines = Decompositions.svd(first.t().matmul(second)).s();
    return Math.min(1, cosines.square().sum().item() / Math.min(k, m));
  }

  /** The fewest directions that hold the share; none of an update that is zero. */
  private static int width(Components components, double share) {
    float[] values = components.s().toFloats();
    double all = components.energyBeyond(0);
    if (all == 0) {
      return 0;
    }
    int count = 1;
    while (count < values.length
        && values[count] > ROUNDING * values[0]
        && all - components.energyBeyond(count) < share * all) {
      count++;
    }
    return count;
  }

  private static double product(Components one, Components two) {
    Tensor outer = one.s().view(one.s().count(), 1).mul(two.s().view(1, two.s().count()));
    Tensor left = one.u().t().matmul(two.u());
    Tensor right = one.v().matmul(two.v().t());
    return outer.mul(left).mul(right).sum().item();
  }

  @Override
  public void close() {
    for (Components one : layers.values()) {
      one.u().close();
      one.s().close();
      one.v().close();
    }
    layers.clear();
  }
}
