package io.haori.adapter.lora;

import io.haori.adapter.spi.Routing;
import io.haori.adapter.spi.RowRange;
import io.haori.model.backbone.SlotAdapter;
import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.Arrays;
import java.util.List;

/**
 * Several LoRA layers on one slot, each for its own rows. One product serves all: as a product with
 * a few columns takes about as long as one with many, every row is multiplied with all layers' A,
 * and what is not its own layer's is set to 0.
 *
 * <pre>{@code
 * z = M ⊙ (x [A₁; …; A_N]ᵀ)          y += z [s₁ B₁ … s_N B_N]ᵀ
 * [n,Σr]   [n,i]  [Σr,i]                  [n,Σr]  [o,Σr]
 * }</pre>
 *
 * @param layers one a module, without dropout
 * @param routing which rows are whose
 */
record LoraGroup(List<LoraLinear> layers, Routing routing) implements SlotAdapter {
  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column) {
    Tensor down = joined(layers.stream().map(layer -> layer.a().value()).toList(), 0, tape);
    Tensor up = joined(layers.stream().map(l -> l.b().value().mul(l.scale())).toList(), 1, tape);
    Tensor mask = mask(x.value().size(0), Math.toIntExact(down.size(0))).to(tape.dtype());
    Tensor input = x.value();
    Tensor z = Kernels.linear(input, down, null).mulInPlace(mask);
    Kernels.addProductInPlace(columns(y.value(), column, up.size(0)), z, up.t(), 1.0);
    if (!tape.records()) {
      return y;
    }
    y.markNeedsGradient();
    tape.recordChange(
        y,
        () -> {
          Tensor dy = columns(y.requireGradient(), column, up.size(0));
          Tensor dz = Kernels.product(dy, up, 1.0).mulInPlace(mask);
          // zᵀ dy and not dyᵀ z: the long side stays in rows.
          Tensor dUp = Kernels.product(z.t(), dy, 1.0);
          Tensor dDown = Kernels.product(dz.t(), input, 1.0);
          long first = 0;
          for (LoraLinear layer : layers) {
            if (layer.b().trainable()) {
              layer.b().accumulate(dUp.narrow(0, first, layer.rank()).t(), layer.scale());
            }
            if (layer.a().trainable()) {
              layer.a().accumulate(dDown.narrow(0, first, layer.rank()));
            }
            first += layer.rank();
          }
          if (x.needsGradient()) {
            x.accumulateProduct(dz, down, 1.0);
          }
        },
        down,
        up,
        mask,
        z,
        input);
    return y;
  }

  /** {@code [n, Σr]}: 1 where a column is of the row's own layer. */
  private Tensor mask(long rows, int ranks) {
    float[] own = new float[Math.toIntExact(rows * ranks)];
    int first = 0;
    List<RowRange> ranges = routing.ranges(rows);
    for (int i = 0; i < layers.size(); i++) {
      int to = first + layers.get(i).rank();
      for (long row = ranges.get(i).first(); row < ranges.get(i).end(); row++) {
        Arrays.fill(own, (int) row * ranks + first, (int) row * ranks + to, 1);
      }
      first = to;
    }
    return Tensors.of(own, rows, ranks);
  }

  private static Tensor joined(List<Tensor> values, int dimension, Tape tape) {
    return Tensors.cat(values, dimension).to(tape.dtype());
  }

  private static Tensor columns(Tensor matrix, int column, long outputs) {
    return outputs == matrix.size(1) ? matrix : matrix.narrow(1, column, outputs);
  }
}
