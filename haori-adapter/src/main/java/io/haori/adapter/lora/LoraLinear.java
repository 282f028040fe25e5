package io.haori.adapter.lora;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.LowRankUpdate;
import io.haori.adapter.spi.RowRange;
import io.haori.adapter.spi.ScalableUpdate;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.tensor.Kernels;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A frozen linear layer plus a trainable low-rank update.
 *
 * <pre>{@code
 * y      = x Wᵀ  + b + scale · (drop(x) Aᵀ) Bᵀ
 * [n,o]   [n,i][i,o]           [n,i][i,r][r,o]
 *
 * dz = scale · dy B     dB = scale · dyᵀ z     dA = dzᵀ drop(x)     dx += drop'(dz A)
 * [n,r]                 [o,r]                  [r,i]                [n,i]
 * }</pre>
 *
 * {@code B} starts at zero, so a new layer computes exactly what the frozen one does.
 */
public final class LoraLinear implements AdaptedLinear, LowRankUpdate, ScalableUpdate {
  static final String A = "lora_A.weight";
  static final String B = "lora_B.weight";

  private final Parameter a;
  private final Parameter b;
  private final double scale;
  private final double dropout;
  private final double learningRateRatio;

  LoraLinear(String slot, Tensor a, Tensor b, LoraConfig config) {
    this.a = new Parameter(slot + "." + A, a);
    this.b = new Parameter(slot + "." + B, b);
    this.scale = config.scaleOf(slot);
    this.dropout = config.dropout();
    this.learningRateRatio = config.learningRateRatio();
  }

  /** Width of the update. */
  public int rank() {
    return Math.toIntExact(a.value().size(0));
  }

  @Override
  public double scale() {
    return scale;
  }

  @Override
  public Tensor down() {
    return a.value();
  }

  @Override
  public Tensor up() {
    return b.value();
  }

  @Override
  public void multiplyUpdate(double factor) {
    try (Scope scope = Scope.open()) {
      b.value().copyInPlace(b.value().mul(factor));
    }
  }

  double dropout() {
    return dropout;
  }

  Parameter a() {
    return a;
  }

  Parameter b() {
    return b;
  }

  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
    Tensor down = a.value().to(tape.dtype());
    Tensor up = b.value().to(tape.dtype());
    boolean learns = a.trainable() || b.trainable();
    Tensor mask = learns ? dropoutMask(tape, rows.count(), down.size(1)) : null;
    Tensor input = rows.of(x.value());
    Tensor kept = mask == null ? input : input.mul(mask);
    Tensor z = Kernels.linear(kept, down, null);
    Kernels.addProductInPlace(columns(y.value(), column, rows), z, up.t(), scale);
    if (!tape.records() || (!learns && !x.needsGradient())) {
      return y;
    }
    boolean whole = mask == null && rows.isAllOf(x.value());
    y.markNeedsGradient();
    Tensor[] saved =
        mask == null ? new Tensor[] {down, up, z, kept} : new Tensor[] {down, up, z, kept, mask};
    tape.recordChange(
        y,
        () -> {
          Tensor dy = columns(y.requireGradient(), column, rows);
          Tensor dz = Kernels.product(dy, up, scale);
          // zᵀ dy and not dyᵀ z: the long side stays in rows.
          if (b.trainable()) {
            b.accumulate(Kernels.product(z.t(), dy, 1.0).t(), scale);
          }
          if (a.trainable()) {
            a.accumulate(Kernels.product(dz.t(), kept, 1.0));
          }
          if (x.needsGradient()) {
            if (whole) {
              x.accumulateProduct(dz, down, 1.0);
            } else {
              Tensor dx = Kernels.product(dz, down, 1.0);
              rows.of(x.writableGradient()).addInPlace(mask == null ? dx : dx.mulInPlace(mask));
            }
          }
        },
        saved);
    return y;
  }

  private @Nullable Tensor dropoutMask(Tape tape, long n, long width) {
    if (dropout == 0 || !tape.training()) {
      return null;
    }
    double keep = 1 - dropout;
    return Tensors.bernoulli(keep, tape.nextSeed(), tape.dtype(), n, width).mulInPlace(1 / keep);
  }

  private Tensor columns(Tensor matrix, int column, RowRange rows) {
    long outputs = b.value().size(0);
    Tensor ours = rows.of(matrix);
    return outputs == matrix.size(1) ? ours : ours.narrow(1, column, outputs);
  }

  @Override
  public List<TrainedParameter> parameters() {
    return List.of(TrainedParameter.of(a), new TrainedParameter(b, learningRateRatio));
  }

  @Override
  public Map<String, Tensor> tensors() {
    return Map.of(A, a.value(), B, b.value());
  }

  /** The update as one matrix, {@code scale · B A}, F32 {@code [out, in]}. */
  public Tensor delta() {
    return Kernels.product(b.value(), a.value(), scale);
  }

  @Override
  public Tensor merged(Tensor weight) {
    return weight.add(delta());
  }

  @Override
  public void close() {
    a.close();
    b.close();
  }
}
