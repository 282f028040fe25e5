package io.haori.adapter.combine;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.RowAdapter;
import io.haori.adapter.spi.RowRange;
import io.haori.core.weights.DType;
import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arithmetic of a gate over some layers of one slot; see {@link GatedLinear}. Owns nothing.
 *
 * @param outputs width of the slot
 * @param layers {@code k'} of the {@code k} that the gate was made for
 * @param weight {@code G [k, in]}, null for a gate that does not look at the input
 * @param bias {@code c [k]}
 * @param chosen places of the layers among the {@code k}, rising
 */
record GatedSum(
    int outputs,
    List<AdaptedLinear> layers,
    @Nullable Parameter weight,
    Parameter bias,
    List<Integer> chosen)
    implements RowAdapter {

  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
    return rows.isAllOf(x.value())
        ? adapt(tape, x, y, column)
        : RowAdapter.onPart(this, tape, x, y, column, rows);
  }

  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column) {
    Tensor input = weight == null ? null : x.value().to(DType.F32);
    Tensor g = weight == null ? null : rows(weight.value());
    Tensor constant = rows(bias.value()).unsqueeze(0);
    Tensor logits =
        input == null || g == null ? constant : Kernels.linear(input, g, null).add(constant);
    Tensor shares = logits.softmax();
    List<Variable> deltas = new ArrayList<>();
    for (AdaptedLinear layer : layers) {
      Variable delta = WeightedSum.apart(tape, x, outputs, layer);
      Tensor share = share(tape, shares, deltas.size());
      WeightedSum.columns(y.value(), column, outputs).addInPlace(delta.value().mul(share));
      deltas.add(delta);
    }
    if (!tape.records() || !(bias.trainable() || x.needsGradient())) {
      return y;
    }
    y.markNeedsGradient();
    List<Tensor> saved = new ArrayList<>(List.of(shares));
    deltas.forEach(delta -> saved.add(delta.value()));
    if (input != null && g != null) {
      saved.add(input);
      saved.add(g);
    }
    tape.recordChange(
        y,
        () -> {
          Tensor dy = WeightedSum.columns(y.requireGradient(), column, outputs);
          Tensor dLogits = Kernels.softmaxBackward(toDeltas(tape, dy, shares, deltas), shares);
          addTo(bias, dLogits.sum(0, false));
          if (weight != null && input != null && g != null) {
            addTo(weight, Kernels.product(dLogits.t(), input, 1));
            if (x.needsGradient()) {
              x.accumulate(Kernels.product(dLogits, g, 1).to(tape.dtype()));
            }
          }
        },
        saved.toArray(Tensor[]::new));
    return y;
  }

  /** Hands each layer its share of the gradient; returns the gradient of the shares. */
  private Tensor toDeltas(Tape tape, Tensor dy, Tensor shares, List<Variable> deltas) {
    List<Tensor> dShares = new ArrayList<>();
    // In F32: what rounds away in a long sum of low precision is most of a small gradient.
    Tensor exact = dy.to(DType.F32);
    for (int k = 0; k < deltas.size(); k++) {
      Variable delta = deltas.get(k);
      if (delta.needsGradient()) {
        delta.accumulate(dy.mul(share(tape, shares, k)));
      }
      dShares.add(exact.mul(delta.value().to(DType.F32)).sum(1, true));
    }
    Tensor byToken = Tensors.cat(dShares, 1);
    return weight == null ? byToken.sum(0, true) : byToken;
  }

  private static Tensor share(Tape tape, Tensor shares, int k) {
    return shares.narrow(1, k, 1).to(tape.dtype());
  }

  private boolean choosesAll() {
    return chosen.size() == bias.value().count();
  }

  private Tensor index() {
    return Tensors.of(chosen.stream().mapToLong(Integer::longValue).toArray(), chosen.size());
  }

  private Tensor rows(Tensor ofAll) {
    return choosesAll() ? ofAll : ofAll.indexSelect(0, index());
  }

  private void addTo(Parameter parameter, Tensor gradient) {
    if (!parameter.trainable()) {
      return;
    }
    if (choosesAll()) {
      parameter.accumulate(gradient);
    } else {
      parameter.gradient().indexAddInPlace(0, index(), gradient);
    }
  }
}
