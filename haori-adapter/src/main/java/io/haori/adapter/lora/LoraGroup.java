package io.haori.adapter.lora;

import io.haori.model.transformer.SlotAdapter;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.List;

/**
 * Several LoRA layers of one rank on one slot, each for its group of a batch's rows; the groups are
 * equally large and stand in the layers' order. One batched product serves all:
 *
 * <pre>{@code
 * z = x Aᵀ          y += z (scale · B)ᵀ
 * [g,n/g,r]         [g,n/g,o]
 * }</pre>
 *
 * @param layers one a group, without dropout
 */
record LoraGroup(List<LoraLinear> layers) implements SlotAdapter {
  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column) {
    int groups = layers.size();
    long each = x.value().size(0) / groups;
    Tensor down = stack(layers.stream().map(layer -> layer.a().value()).toList(), tape);
    Tensor up = stack(layers.stream().map(l -> l.b().value().mul(l.scale())).toList(), tape);
    Tensor input = x.value().view(groups, each, x.value().size(1));
    Tensor z = input.batchMatmul(down.transpose(1, 2));
    Tensor delta = z.batchMatmul(up.transpose(1, 2));
    columns(y.value(), column, delta.size(2)).addInPlace(delta.view(each * groups, delta.size(2)));
    if (!tape.records()) {
      return y;
    }
    y.markNeedsGradient();
    long outputs = delta.size(2);
    tape.recordChange(
        y,
        () -> {
          Tensor dy = columns(y.requireGradient(), column, outputs).reshape(groups, each, outputs);
          Tensor dz = dy.batchMatmul(up);
          Tensor dUp = dy.transpose(1, 2).batchMatmul(z);
          Tensor dDown = dz.transpose(1, 2).batchMatmul(input);
          for (int group = 0; group < groups; group++) {
            LoraLinear layer = layers.get(group);
            layer.b().accumulate(dUp.select(0, group), layer.scale());
            layer.a().accumulate(dDown.select(0, group));
          }
          if (x.needsGradient()) {
            x.accumulate(dz.batchMatmul(down).view(each * groups, down.size(2)));
          }
        },
        down,
        up,
        z,
        input);
    return y;
  }

  private static Tensor stack(List<Tensor> values, Tape tape) {
    return Tensor.stack(values, 0).to(tape.dtype());
  }

  private static Tensor columns(Tensor matrix, int column, long outputs) {
    return outputs == matrix.size(1) ? matrix : matrix.narrow(1, column, outputs);
  }
}
