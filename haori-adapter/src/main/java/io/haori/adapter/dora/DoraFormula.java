package io.haori.adapter.dora;

import io.haori.adapter.spi.RowRange;
import io.haori.core.weights.DType;
import io.haori.tensor.Autograd;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;

/**
 * The formula of a {@link DoraLinear} written out in operations that can be differentiated twice.
 * It makes the whole direction matrix, which {@link DoraPass} avoids; used for derivatives of
 * derivatives alone.
 */
final class DoraFormula {
  private DoraFormula() {}

  /** {@code y ← y + (g − 1) ⊙ (y − b) + g ⊙ (s · (drop(x) Aᵀ) Bᵀ)} on the layer's columns. */
  static void apply(
      DoraLinear layer, Tape tape, Variable x, Variable y, int column, RowRange rows) {
    Tensor a = tape.value(layer.a());
    Tensor b = tape.value(layer.b());
    Tensor weight = layer.slot().weight().frozen().to(DType.F32);
    Tensor direction = weight.add(b.matmul(a).mul(layer.scale()));
    Tensor norm = DoraLinear.norm(DoraLinear.squares(direction));
    if (layer.gradient() == NormGradient.DETACHED) {
      norm = Autograd.detached(norm);
    }
    Tensor factor = tape.value(layer.magnitude()).div(norm);
    Tensor mask = DoraPass.dropoutMask(layer, tape, rows.count());
    Tensor input = rows.of(x.value());
    Tensor kept = mask == null ? input : input.mul(mask);
    Tensor update = kept.to(DType.F32).matmul(a.t()).matmul(b.t()).mul(layer.scale());
    Tensor ours = DoraPass.columns(layer, y.value(), column, rows);
    Tensor frozen = ours.sub(layer.bias());
    Tensor change = frozen.mul(factor.add(-1)).add(update.mul(factor));
    ours.addInPlace(change.to(tape.dtype()));
    y.markNeedsGradient();
  }
}
