package io.haori.adapter.dora;

import io.haori.adapter.spi.RowRange;
import io.haori.model.transformer.RowScaling;
import io.haori.tensor.DType;
import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pass of a {@link DoraLinear}. {@code B A} is never made: the norm comes from
 *
 * <pre>{@code
 * ‖W + sBA‖² = ‖W‖² + rowsum(B ⊙ (s W Aᵀ + H))     H = s W Aᵀ + s² B (A Aᵀ) = s (W + sBA) Aᵀ
 * [o]                       [o,r]  [o,i][i,r]      [o,r], half the gradient of the square by B
 * }</pre>
 *
 * and the derivatives, with {@code u = x Wᵀ + s z Bᵀ} and {@code z = drop(x) Aᵀ}, from
 *
 * <pre>{@code
 * dg = Σ dy ⊙ u = (Σ dy ⊙ y − b ⊙ Σ dy) / g        dm = dg / norm
 * dB = s g ⊙ (dyᵀ z)      dz = s (dy ⊙ g) B       dA = dzᵀ drop(x)
 * full: q = −dg g / (2 norm²)     dB += 2 q ⊙ H     dA += 2s (q ⊙ B)ᵀ W + 2s² ((q ⊙ B)ᵀ B) A
 * }</pre>
 *
 * A column of ones beside {@code z} gives {@code Σ dy} with the product that {@code dB} needs
 * anyway.
 */
final class DoraPass implements RowScaling {
  private final DoraLinear layer;
  private final Tensor down;
  private final Tensor half;
  private final Tensor norm;
  private final Tensor change;
  private final long outputs;
  private @Nullable Tensor products;

  /** Computes the norm; in the current scope. */
  DoraPass(DoraLinear layer, Tape tape) {
    this.layer = layer;
    double scale = layer.scale();
    Tensor a = layer.a().value();
    Tensor b = layer.b().value();
    down = a.to(tape.dtype());
    Tensor crossed =
        Kernels.linear(layer.slot().weight().value(tape), down, null).to(DType.F32).mul(scale);
    half = crossed.copy().addMatmulInPlace(b, a.matmul(a.t()), scale * scale);
    Tensor added = crossed.addInPlace(half).mulInPlace(b).sum(1, false);
    norm = DoraLinear.norm(added.addInPlace(layer.frozenSquares()));
    change = layer.magnitude().value().div(norm).add(-1);
    outputs = change.count();
  }

  /** Adapts rows whose frozen product was made without a look at the adapter. */
  DoraPass(DoraLinear layer, Tape tape, Variable x, Variable y, int column, RowRange rows) {
    this(layer, tape);
    apply(tape, x, y, column, rows, true);
  }

  @Override
  public Tensor change() {
    return change;
  }

  @Override
  public void products(Tensor sums) {
    products = sums.retain();
  }

  @Override
  public void adapt(Tape tape, Variable x, Variable y, int column) {
    apply(tape, x, y, column, RowRange.all(x.value()), false);
  }

  /**
   * @param multiplies whether the columns must be multiplied here, as the matrix was not
   */
  private void apply(
      Tape tape, Variable x, Variable y, int column, RowRange rows, boolean multiplies) {
    DType dtype = tape.dtype();
    Tensor factor = change.add(1);
    Tensor narrowUp =
        layer.b().value().mul(factor.view(outputs, 1)).mulInPlace(layer.scale()).to(dtype);
    Tensor mask = dropoutMask(tape, rows.count());
    Tensor input = rows.of(x.value());
    Tensor kept = mask == null ? input : input.mul(mask);
    Tensor z = withOnes(kept, dtype);
    Tensor ours = columns(y.value(), column, rows);
    Tensor lowChange = change.to(dtype);
    Tensor bias = layer.slot().bias().frozen().to(DType.F32);
    Tensor shift = multiplies ? change.mul(bias).mulInPlace(-1) : Tensor.zeros(DType.F32, outputs);
    Tensor up = Tensor.cat(List.of(narrowUp, shift.to(dtype).view(outputs, 1)), 1);
    if (multiplies) {
      ours.addProductInPlace(ours, lowChange, 1.0);
    }
    Kernels.addProductInPlace(ours, z, up.t(), 1.0);
    if (!tape.records()) {
      return;
    }
    y.markNeedsGradient();
    List<Tensor> saved =
        new ArrayList<>(List.of(down, half, norm, factor, narrowUp, z, kept, lowChange, bias));
    if (mask != null) {
      saved.add(mask);
    }
    if (multiplies) {
      y.keepValue();
      saved.add(ours);
    }
    tape.recordChange(
        y,
        () -> {
          Tensor dy = columns(y.requireGradient(), column, rows);
          Tensor dUp = Kernels.product(z.t(), dy, 1.0).to(DType.F32);
          Tensor sums = multiplies ? Kernels.columnProducts(ours, dy) : takeProducts();
          sums = sums.sub(dUp.select(0, z.size(1) - 1).mul(bias));
          // 1 / g, but nothing where g is nothing: a row that the base has pruned away.
          Tensor dFactor = sums.mulInPlace(factor.div(factor.square().atLeast(1e-12)));
          layer.magnitude().accumulate(dFactor.div(norm));
          Tensor dB = dUp.narrow(0, 0, z.size(1) - 1).t();
          layer.b().accumulate(dB.mul(factor.view(outputs, 1)), layer.scale());
          Tensor dz = Kernels.product(dy, narrowUp, 1.0);
          layer.a().accumulate(Kernels.product(dz.t(), kept, 1.0));
          if (layer.gradient() == NormGradient.FULL) {
            throughTheNorm(tape, dFactor.mulInPlace(factor));
          }
          if (x.needsGradient()) {
            toInput(x, rows, dz, mask);
            if (multiplies) {
              Tensor passedOn = columns(y.writableGradient(), column, rows);
              passedOn.addProductInPlace(passedOn, lowChange, 1.0);
            }
          }
        },
        saved.toArray(Tensor[]::new));
  }

  private void throughTheNorm(Tape tape, Tensor dFactorTimesFactor) {
    double scale = layer.scale();
    Tensor q = dFactorTimesFactor.divInPlace(norm.square()).mulInPlace(-0.5).view(norm.count(), 1);
    layer.b().accumulate(half.mul(q), 2);
    Tensor a = layer.a().value();
    Tensor b = layer.b().value();
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

  private Tensor takeProducts() {
    Tensor taken = products;
    if (taken == null) {
      throw new IllegalStateException(layer.slot().name() + " was not told its products");
    }
    products = null;
    Tensor copy = taken.copy();
    taken.close();
    return copy;
  }

  /** {@code [drop(x) Aᵀ, 1]}, {@code [n, r + 1]}. */
  private Tensor withOnes(Tensor kept, DType dtype) {
    int rank = layer.rank();
    float[] last = new float[rank + 1];
    last[rank] = 1;
    Tensor none = Tensor.zeros(dtype, 1, down.size(1));
    Tensor one = Tensor.of(last, rank + 1).to(dtype);
    return Kernels.linear(kept, Tensor.cat(List.of(down, none), 0), one);
  }

  private @Nullable Tensor dropoutMask(Tape tape, long n) {
    if (layer.dropout() == 0 || !tape.training()) {
      return null;
    }
    double keep = 1 - layer.dropout();
    return Tensor.bernoulli(keep, tape.nextSeed(), tape.dtype(), n, down.size(1))
        .mulInPlace(1 / keep);
  }

  private Tensor columns(Tensor matrix, int column, RowRange rows) {
    Tensor ours = rows.of(matrix);
    return outputs == matrix.size(1) ? ours : ours.narrow(1, column, outputs);
  }
}
