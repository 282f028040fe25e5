package io.haori.adapter.dora;

import io.haori.adapter.spi.RowRange;
import io.haori.core.weights.DType;
import io.haori.model.backbone.RowScaling;
import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pass of a {@link DoraLinear}. {@code B A} is never made: the norm comes from
 *
 * <pre>{@code
 * ‖W + sBA‖² = ‖W‖² + 2s rowsum(B ⊙ C)     C = W Aᵀ + s/2 B (A Aᵀ)
 * [o]                          [o,r]       [o,r] [o,i][i,r]
 * }</pre>
 *
 * and the derivatives, with {@code u = x Wᵀ + s z Bᵀ} and {@code z = drop(x) Aᵀ}, from
 *
 * <pre>{@code
 * dg = Σ dy ⊙ u = (Σ dy ⊙ y − b ⊙ Σ dy) / g        dm = dg / norm
 * dB = s g ⊙ (dyᵀ z)      dz = s dy (g ⊙ B)      dA = dzᵀ drop(x)     dx += drop'(dz A)
 * full: q = −dg g / (2 norm²)     dB += 2s q ⊙ H     dA += 2s (q ⊙ B)ᵀ W + 2s² ((q ⊙ B)ᵀ B) A
 *       H = W Aᵀ + s B (A Aᵀ)
 * }</pre>
 */
final class DoraPass implements RowScaling {
  private final DoraLinear layer;
  private final double scale;
  private final long outputs;
  private final Tensor down;
  private final Tensor gram;
  private final Tensor core;
  private final Tensor norm;
  private final Tensor factor;
  private final Tensor change;
  private Kernels.@Nullable ColumnSums columnSums;

  /** Computes the norm; in the current scope. */
  DoraPass(DoraLinear layer, Tape tape) {
    this.layer = layer;
    scale = layer.scale();
    Tensor b = layer.b().value();
    outputs = b.size(0);
    down = layer.a().value().to(tape.dtype());
    gram = gram(layer.a().value());
    core = Kernels.linear(layer.slot().weight().value(tape), down, null).to(DType.F32);
    core.addMatmulInPlace(b, gram, scale / 2);
    Tensor crossed = b.mul(core).sum(1, false);
    norm = DoraLinear.norm(layer.frozenSquares().addScaled(crossed, 2 * scale));
    factor = layer.magnitude().value().div(norm);
    change = factor.add(-1);
  }

  /** Adapts rows whose frozen product was made without a look at the adapter. */
  static void multiplyAndAdd(
      DoraLinear layer, Tape tape, Variable x, Variable y, int column, RowRange rows) {
    new DoraPass(layer, tape).apply(tape, x, y, column, rows, true);
  }

  @Override
  public Tensor change() {
    return change;
  }

  /** {@code A Aᵀ}. With few rows, multiplying and adding is less work than waking MKL. */
  private static Tensor gram(Tensor a) {
    long rank = a.size(0);
    long width = a.size(1);
    return rank * rank * width > 1 << 17
        ? a.matmul(a.t())
        : a.view(rank, 1, width).mul(a.view(1, rank, width)).sum(2, false);
  }

  @Override
  public void columnSums(Tensor products, Tensor sums) {
    columnSums = new Kernels.ColumnSums(products.retain(), sums.retain());
  }

  @Override
  public void adapt(Tape tape, Variable x, Variable y, int column) {
    apply(tape, x, y, column, RowRange.all(x.value()), false);
  }

  /**
   * Adapts rows.
   *
   * @param multiplies whether the columns must be multiplied here, as the matrix was not
   */
  private void apply(
      Tape tape, Variable x, Variable y, int column, RowRange rows, boolean multiplies) {
    Tensor up = layer.b().value().mul(factor.view(outputs, 1)).mulInPlace(scale).to(tape.dtype());
    Tensor mask = dropoutMask(layer, tape, rows.count());
    Tensor input = rows.of(x.value());
    Tensor kept = mask == null ? input : input.mul(mask);
    Tensor z = Kernels.linear(kept, down, null);
    Tensor ours = columns(layer, y.value(), column, rows);
    if (multiplies) {
      multiply(ours);
    }
    Kernels.addProductInPlace(ours, z, up.t(), 1.0);
    if (!tape.records()) {
      return;
    }
    y.markNeedsGradient();
    List<Tensor> saved = new ArrayList<>(List.of(down, gram, core, norm, factor, up, z, kept));
    if (mask != null) {
      saved.add(mask);
    }
    if (multiplies) {
      y.keepValue();
      saved.add(ours);
      saved.add(change);
    }
    tape.recordChange(
        y,
        () -> {
          Tensor dy = columns(layer, y.requireGradient(), column, rows);
          Tensor dFactor =
              factorGradient(multiplies ? Kernels.columnSums(ours, dy) : takeColumnSums());
          layer.magnitude().accumulate(dFactor.div(norm));
          // zᵀ dy and not dyᵀ z: the long side stays in rows.
          Tensor dB = Kernels.product(z.t(), dy, 1.0).t().mul(factor.view(outputs, 1));
          layer.b().accumulate(dB, scale);
          Tensor dz = Kernels.product(dy, up, 1.0);
          layer.a().accumulate(Kernels.product(dz.t(), kept, 1.0));
          if (layer.gradient() == NormGradient.FULL) {
            throughTheNorm(tape, dFactor);
          }
          if (x.needsGradient()) {
            toInput(x, rows, dz, mask);
            if (multiplies) {
              Tensor passedOn = columns(layer, y.writableGradient(), column, rows);
              passedOn.addProductInPlace(passedOn, change.to(tape.dtype()), 1.0);
            }
          }
        },
        saved.toArray(Tensor[]::new));
  }

  /** {@code y ← g ⊙ (y − b) + b}, by what differs from 1, which low precision does not lose. */
  private void multiply(Tensor y) {
    Tensor shift = change.mul(layer.bias()).mulInPlace(-1);
    y.addProductInPlace(y, change.to(y.dtype()), 1.0).addInPlace(shift.to(y.dtype()));
  }

  /** {@code dg}; nothing where g is nothing, as on a row that the base has pruned away. */
  private Tensor factorGradient(Kernels.ColumnSums of) {
    return of.products()
        .addProduct(of.sums(), layer.bias(), -1)
        .mulInPlace(factor)
        .divInPlace(factor.square().atLeast(1e-12));
  }

  private void throughTheNorm(Tape tape, Tensor dFactor) {
    Tensor a = layer.a().value();
    Tensor b = layer.b().value();
    Tensor q =
        dFactor.mulInPlace(factor).divInPlace(norm.square()).mulInPlace(-0.5).view(outputs, 1);
    Tensor slope = core.copy().addMatmulInPlace(b, gram, scale / 2);
    layer.b().accumulate(q.mul(slope), 2 * scale);
    Tensor weighted = b.mul(q);
    Tensor weight = layer.slot().weight().value(tape);
    layer.a().accumulate(Kernels.product(weighted.to(tape.dtype()).t(), weight, 1.0), 2 * scale);
    layer.a().accumulate(weighted.t().matmul(b).matmul(a), 2 * scale * scale);
  }

  private void toInput(Variable x, RowRange rows, Tensor dz, @Nullable Tensor mask) {
    if (mask == null && rows.isAllOf(x.value())) {
      x.accumulateProduct(dz, down, 1.0);
    } else {
      Tensor dx = Kernels.product(dz, down, 1.0);
      rows.of(x.writableGradient()).addInPlace(mask == null ? dx : dx.mulInPlace(mask));
    }
  }

  private Kernels.ColumnSums takeColumnSums() {
    Kernels.ColumnSums taken = columnSums;
    if (taken == null) {
      throw new IllegalStateException(layer.slot().name() + " has no sums yet");
    }
    columnSums = null;
    // Views keep the memory alive until the scope around this closes.
    var views = new Kernels.ColumnSums(taken.products().view(outputs), taken.sums().view(outputs));
    taken.products().close();
    taken.sums().close();
    return views;
  }

  /** Factors {@code [n, in]} of the low-rank part's inputs; null for none. */
  static @Nullable Tensor dropoutMask(DoraLinear layer, Tape tape, long n) {
    if (layer.dropout() == 0 || !tape.training()) {
      return null;
    }
    double keep = 1 - layer.dropout();
    return Tensors.bernoulli(keep, tape.nextSeed(), tape.dtype(), n, layer.slot().inputs())
        .mulInPlace(1 / keep);
  }

  /** The layer's part of an output or of its gradient. */
  static Tensor columns(DoraLinear layer, Tensor matrix, int column, RowRange rows) {
    Tensor ours = rows.of(matrix);
    int outputs = layer.slot().outputs();
    return outputs == matrix.size(1) ? ours : ours.narrow(1, column, outputs);
  }
}
