package io.haori.adapter.combine;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.RowAdapter;
import io.haori.adapter.spi.RowRange;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A softmax gate over the updates of several modules on one slot.
 *
 * <pre>{@code
 * g    = softmax(x Gᵀ + c)      y    += Σₖ gₖ ⊙ Δₖ(x)
 * [n,k]         [n,i][i,k]      [n,o]      [n,1]  [n,o]
 *
 * dΔₖ = gₖ ⊙ dy     dgₖ = rowsum(dy ⊙ Δₖ)     dl = softmax'(dg)     dG = dlᵀ x     dc = Σ dl
 * }</pre>
 *
 * A gate for the task has no {@code G}: {@code g = softmax(c)}. It starts with equal shares. Owns
 * its own parameters; the modules stay with whoever made them.
 */
public final class GatedLinear implements AdaptedLinear {
  static final String WEIGHT = "gate.weight";
  static final String BIAS = "gate.bias";

  private final String slot;
  private final int outputs;
  private final Map<String, AdaptedLinear> members;
  private final @Nullable Parameter weight;
  private final Parameter bias;

  GatedLinear(Slot slot, Map<String, AdaptedLinear> members, @Nullable Tensor weight, Tensor bias) {
    this(slot.name(), slot.outputs(), members, weight, bias);
  }

  private GatedLinear(
      String slot,
      int outputs,
      Map<String, AdaptedLinear> members,
      @Nullable Tensor weight,
      Tensor bias) {
    this.slot = slot;
    this.outputs = outputs;
    this.members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    this.weight = weight == null ? null : new Parameter(slot + "." + WEIGHT, weight);
    this.bias = new Parameter(slot + "." + BIAS, bias);
  }

  /** The modules' layers on this slot by the modules' names, in the gate's order. */
  public Map<String, AdaptedLinear> members() {
    return members;
  }

  /**
   * The shares by module of a gate for the task, summing up to 1.
   *
   * @throws UserError when the gate looks at the input
   */
  public Map<String, Double> shares() {
    if (weight != null) {
      throw new UserError(
          "a gate must be one for the task to have fixed shares, got one that looks at the input"
              + " on "
              + slot);
    }
    try (Scope scope = Scope.open()) {
      float[] values = bias.value().softmax().toFloats();
      Map<String, Double> shares = new LinkedHashMap<>();
      int index = 0;
      for (String member : members.keySet()) {
        shares.put(member, (double) values[index++]);
      }
      return shares;
    }
  }

  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
    if (rows.isAllOf(x.value())) {
      return sum(members).adapt(tape, x, y, column);
    }
    return RowAdapter.onPart(sum(members), tape, x, y, column, rows);
  }

  /**
   * The gate over other layers of the same modules, for example over those that are switched on.
   *
   * @param present layers on this slot by module name; those that the gate knows count, and the
   *     shares of the others fall to them
   * @return null when the gate knows none of them
   */
  public @Nullable RowAdapter over(Map<String, AdaptedLinear> present) {
    Map<String, AdaptedLinear> chosen = new LinkedHashMap<>();
    for (String member : members.keySet()) {
      AdaptedLinear layer = present.get(member);
      if (layer != null) {
        chosen.put(member, layer);
      }
    }
    return chosen.isEmpty() ? null : sum(chosen);
  }

  /**
   * The same gate as if a module were not there: its share falls to the others.
   *
   * @param module name of one of the modules
   * @return owned by the caller; null when no other module is on this slot
   */
  @Nullable GatedLinear without(String module) {
    Map<String, AdaptedLinear> rest = new LinkedHashMap<>(members);
    if (rest.remove(module) == null) {
      return new GatedLinear(
          slot, outputs, rest, weight == null ? null : weight.value().copy(), bias.value().copy());
    }
    if (rest.isEmpty()) {
      return null;
    }
    List<String> order = List.copyOf(members.keySet());
    long[] kept = rest.keySet().stream().mapToLong(order::indexOf).toArray();
    Tensor index = Tensors.of(kept, kept.length);
    return new GatedLinear(
        slot,
        outputs,
        rest,
        weight == null ? null : weight.value().indexSelect(0, index),
        bias.value().indexSelect(0, index));
  }

  private GatedSum sum(Map<String, AdaptedLinear> chosen) {
    List<String> order = List.copyOf(members.keySet());
    return new GatedSum(
        outputs,
        List.copyOf(chosen.values()),
        weight,
        bias,
        chosen.keySet().stream().map(order::indexOf).toList());
  }

  @Override
  public List<TrainedParameter> parameters() {
    return weight == null
        ? List.of(TrainedParameter.of(bias))
        : List.of(TrainedParameter.of(weight), TrainedParameter.of(bias));
  }

  @Override
  public Map<String, Tensor> tensors() {
    return weight == null
        ? Map.of(BIAS, bias.value())
        : Map.of(WEIGHT, weight.value(), BIAS, bias.value());
  }

  /**
   * The weight with every module's update in its share.
   *
   * @throws UserError when the gate looks at the input
   */
  @Override
  public Tensor merged(Tensor frozen) {
    Map<String, Double> shares = shares();
    Tensor merged = frozen.copy();
    Tensor zero = Tensors.zeros(DType.F32, frozen.shape());
    members.forEach(
        (name, layer) ->
            merged.addScaledInPlace(layer.merged(zero), shares.getOrDefault(name, 0.0)));
    return merged;
  }

  @Override
  public void close() {
    if (weight != null) {
      weight.close();
    }
    bias.close();
  }
}
