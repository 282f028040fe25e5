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
 * <p>Where nothing is learnt and all layers have one rank, each layer's rows are a matrix of a
 * batch, padded to the longest: the work does not grow with the number of layers, nor is there a
 * mask.
 *
 * <pre>{@code
 * Y[k] += sₖ (X[k] Aₖᵀ) Bₖᵀ
 * [l,o]       [l,i] [i,r] [r,o]
 * }</pre>
 *
 * @param layers one a module, without dropout
 * @param routing which rows are whose
 */
record LoraGroup(List<LoraLinear> layers, Routing routing) implements SlotAdapter {
  /**
   * Beyond this many ranks in all, what other layers' rows are multiplied with is no longer cheap.
   */
  private static final int MOST_JOINT_RANKS = 128;

  /** Padding may at most double the rows of a batch. */
  private static final int MOST_PADDING = 2;

  @Override
  public Variable adapt(Tape tape, Variable x, Variable y, int column) {
    List<RowRange> ranges = routing.ranges(x.value().size(0));
    if (!tape.records() && isBatch(ranges, x.value().size(0))) {
      addBatch(tape, x.value(), y.value(), column, ranges);
      return y;
    }
    if (layers.stream().mapToInt(LoraLinear::rank).sum() > MOST_JOINT_RANKS) {
      for (int i = 0; i < layers.size(); i++) {
        if (ranges.get(i).count() > 0) {
          layers.get(i).adapt(tape, x, y, column, ranges.get(i));
        }
      }
      return y;
    }
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

  private boolean isBatch(List<RowRange> ranges, long rows) {
    return longest(ranges) * layers.size() <= MOST_PADDING * rows
        && layers.stream().mapToInt(LoraLinear::rank).distinct().count() == 1;
  }

  private static long longest(List<RowRange> ranges) {
    return ranges.stream().mapToLong(RowRange::count).max().orElse(0);
  }

  private void addBatch(Tape tape, Tensor x, Tensor y, int column, List<RowRange> ranges) {
    long count = layers.size();
    long longest = longest(ranges);
    boolean even = longest * count == x.size(0);
    int rank = layers.get(0).rank();
    Tensor down = joined(layers.stream().map(layer -> layer.a().value()).toList(), 0, tape);
    Tensor up = joined(layers.stream().map(layer -> layer.b().value()).toList(), 0, tape);
    long outputs = up.size(0) / count;
    Tensor input = even ? x.contiguous() : x.indexSelect(0, padded(ranges, longest));
    Tensor z =
        input
            .view(count, longest, x.size(1))
            .batchMatmul(down.view(count, rank, x.size(1)).transpose(1, 2));
    Tensor update =
        z.mul(scales(tape))
            .batchMatmul(up.view(count, outputs, rank).transpose(1, 2))
            .reshape(count * longest, outputs);
    columns(y, column, outputs)
        .addInPlace(even ? update : update.indexSelect(0, places(ranges, longest)));
  }

  /** {@code [N, 1, 1]}. */
  private Tensor scales(Tape tape) {
    float[] scales = new float[layers.size()];
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (float) layers.get(i).scale();
    }
    return Tensors.of(scales, scales.length, 1, 1).to(tape.dtype());
  }

  /** {@code [N·l]}: the rows of each layer, its last one again where it has fewer. */
  private static Tensor padded(List<RowRange> ranges, long longest) {
    long[] index = new long[Math.toIntExact(ranges.size() * longest)];
    for (int i = 0; i < index.length; i++) {
      RowRange ours = ranges.get(Math.toIntExact(i / longest));
      index[i] = Math.max(0, Math.min(ours.first() + i % longest, ours.end() - 1));
    }
    return Tensors.of(index, index.length);
  }

  /** {@code [n]}: where each row is in the batch. */
  private static Tensor places(List<RowRange> ranges, long longest) {
    long rows = ranges.stream().mapToLong(RowRange::count).sum();
    long[] index = new long[Math.toIntExact(rows)];
    int row = 0;
    for (int i = 0; i < ranges.size(); i++) {
      for (long j = 0; j < ranges.get(i).count(); j++) {
        index[row++] = i * longest + j;
      }
    }
    return Tensors.of(index, index.length);
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
