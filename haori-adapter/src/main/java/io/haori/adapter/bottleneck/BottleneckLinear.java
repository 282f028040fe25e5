package io.haori.adapter.bottleneck;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.RowRange;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.List;
import java.util.Map;

/**
 * A frozen linear layer and a small trainable network behind it.
 *
 * <pre>{@code
 * u      = x Wᵀ + b       z = u W_downᵀ    h = σ(z)     y = u + h W_upᵀ
 * [n,o]                   [n,w]                         [n,o]
 *
 * dh = dy W_up     dW_up = dyᵀ h     dz = σ'(z) ⊙ dh     dW_down = dzᵀ u     du = dy + dz W_down
 * [n,w]            [o,w]             [n,w]               [w,o]               [n,o]
 * }</pre>
 *
 * {@code W_up} starts at zero, so a new layer computes exactly what the frozen one does.
 */
public final class BottleneckLinear implements AdaptedLinear {
  static final String DOWN = "bottleneck_down.weight";
  static final String UP = "bottleneck_up.weight";

  private final Parameter down;
  private final Parameter up;
  private final Activation activation;

  BottleneckLinear(String slot, Tensor down, Tensor up, Activation activation) {
    this.down = new Parameter(slot + "." + DOWN, down);
    this.up = new Parameter(slot + "." + UP, up);
    this.activation = activation;
  }

  /** Width of the space between the two matrices. */
  public int width() {
    return Math.toIntExact(down.value().size(0));
  }

  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column, RowRange rows) {
    Tensor narrow = down.value().to(tape.dtype());
    Tensor widen = up.value().to(tape.dtype());
    Tensor target = columns(y.value(), column, rows);
    boolean whole = target.size(1) == y.value().size(1);
    // The derivative reads what was here before; products want rows without gaps.
    Tensor u = tape.records() || !whole ? target.copy() : target;
    Tensor z = Kernels.linear(u, narrow, null);
    Tensor h = activation.apply(z);
    Kernels.addProductInPlace(target, h, widen.t(), 1.0);
    if (!tape.records()) {
      return y;
    }
    boolean trainedBelow = y.needsGradient();
    y.markNeedsGradient();
    tape.recordChange(
        y,
        () -> {
          Tensor dy = columns(y.requireGradient(), column, rows);
          Tensor dh = Kernels.product(dy, widen, 1.0);
          up.accumulate(Kernels.product(h.t(), dy, 1.0).t());
          Tensor dz = activation.backward(dh, z, h);
          down.accumulate(Kernels.product(dz.t(), u, 1.0));
          if (trainedBelow) {
            Tensor du = columns(y.writableGradient(), column, rows);
            Kernels.addProductInPlace(du, dz, narrow, 1.0);
          }
        },
        narrow,
        widen,
        u,
        z,
        h);
    return y;
  }

  private Tensor columns(Tensor matrix, int column, RowRange rows) {
    long outputs = up.value().size(0);
    Tensor ours = rows.of(matrix);
    return outputs == matrix.size(1) ? ours : ours.narrow(1, column, outputs);
  }

  @Override
  public List<TrainedParameter> parameters() {
    return List.of(TrainedParameter.of(down), TrainedParameter.of(up));
  }

  @Override
  public Map<String, Tensor> tensors() {
    return Map.of(DOWN, down.value(), UP, up.value());
  }

  /**
   * Refuses: no weight of a linear layer computes a function that is not linear.
   *
   * @throws UserError always
   */
  @Override
  public Tensor merged(Tensor weight) {
    throw new UserError(
        "method of a merged base must be a change of its weights, got bottleneck, whose function"
            + " between two matrices no weight can hold");
  }

  @Override
  public void close() {
    down.close();
    up.close();
  }
}
