package io.haori.tensor.grad;

import io.haori.tensor.DType;
import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head attention from one tensor that holds queries, keys and values side by side.
 *
 * <pre>{@code
 * P       = softmax(Q Kᵀ / √d + mask)     O = P V          per text and head
 * [s,s]            [s,d][d,s]             [s,d] = [s,s][s,d]
 * }</pre>
 *
 * fp32 takes libtorch's fused attention; bf16 takes plain products, because the fused kernel is
 * many times slower in bf16 on a CPU (134 ms against 5 ms for 32 × 12 heads of 128 × 32 here). So
 * does a tape that differentiates twice, which the fused kernel cannot.
 */
public final class Attention {
  private Attention() {}

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param qkv {@code [b·s, 3·h]}: the columns of queries, keys, values
   * @param batch number of texts b
   * @param heads number of heads; divides h
   * @param mask {@code [b, 1, 1, s]}, 0 for tokens and a large negative number for padding; null
   *     when there is no padding
   * @return {@code [b·s, h]}
   */
  public static Variable apply(
      Tape tape, Variable qkv, int batch, int heads, @Nullable Tensor mask) {
    return tape.dtype() == DType.F32 && !tape.differentiatesTwice()
        ? fused(tape, qkv, batch, heads, mask)
        : plain(tape, qkv, batch, heads, mask);
  }

  private static Variable plain(
      Tape tape, Variable qkv, int batch, int heads, @Nullable Tensor mask) {
    long rows = qkv.value().size(0);
    long length = rows / batch;
    long width = qkv.value().size(1) / 3;
    long depth = width / heads;
    double scale = 1 / Math.sqrt((double) depth);
    long groups = (long) batch * heads;
    // One copy into [3, b, heads, s, d] makes the batched products read contiguous memory.
    Tensor parts =
        qkv.value().view(batch, length, 3, heads, depth).permute(2, 0, 3, 1, 4).contiguous();
    // Scaling Q once is a fraction of scaling the scores.
    Tensor q = parts.select(0, 0).view(groups, length, depth).mulInPlace(scale);
    Tensor k = parts.select(0, 1).view(groups, length, depth);
    Tensor v = parts.select(0, 2).view(groups, length, depth);
    Tensor scores = q.batchMatmul(k.transpose(1, 2));
    if (mask != null) {
      scores.view(batch, heads, length, length).addInPlace(mask);
    }
    Tensor p = scores.softmax();
    Tensor o = p.batchMatmul(v);
    Tensor joined = o.view(batch, heads, length, depth).transpose(1, 2).reshape(rows, width);
    Variable output = tape.variable(joined, qkv.needsGradient());
    if (!tape.records() || !qkv.needsGradient()) {
      return output;
    }
    tape.record(
        output,
        () -> {
          Tensor gradients = Tensor.empty(tape.dtype(), 3, batch, heads, length, depth);
          Tensor dq = gradients.select(0, 0).view(groups, length, depth);
          Tensor dOut =
              output
                  .requireGradient()
                  .view(batch, length, heads, depth)
                  .transpose(1, 2)
                  .reshape(groups, length, depth);
          Tensor dScores = Kernels.softmaxBackward(dOut.batchMatmul(v.transpose(1, 2)), p);
          dScores.batchMatmulInto(k, dq);
          dq.mulInPlace(scale);
          dScores
              .transpose(1, 2)
              .batchMatmulInto(q, gradients.select(0, 1).view(groups, length, depth));
          p.transpose(1, 2)
              .batchMatmulInto(dOut, gradients.select(0, 2).view(groups, length, depth));
          qkv.accumulate(gradients.permute(1, 3, 0, 2, 4).reshape(rows, 3 * width));
        },
        q,
        k,
        v,
        p);
    return output;
  }

  private static Variable fused(
      Tape tape, Variable qkv, int batch, int heads, @Nullable Tensor mask) {
    long rows = qkv.value().size(0);
    long length = rows / batch;
    long width = qkv.value().size(1) / 3;
    long depth = width / heads;
    double scale = 1 / Math.sqrt((double) depth);
    Tensor parts = qkv.value().view(batch, length, 3, heads, depth).permute(2, 0, 3, 1, 4);
    Tensor q = parts.select(0, 0);
    Tensor k = parts.select(0, 1);
    Tensor v = parts.select(0, 2);
    Tensor[] result = Kernels.attention(q, k, v, mask, scale);
    Tensor o = result[0];
    Variable output = tape.variable(o.transpose(1, 2).reshape(rows, width), qkv.needsGradient());
    if (!tape.records() || !qkv.needsGradient()) {
      return output;
    }
    Tensor[] saved =
        mask == null
            ? new Tensor[] {q, k, v, o, result[1]}
            : new Tensor[] {q, k, v, o, result[1], mask};
    tape.record(
        output,
        () -> {
          Tensor dOut = output.requireGradient().view(batch, length, heads, depth).transpose(1, 2);
          Tensor[] d = Kernels.attentionBackward(dOut, q, k, v, o, result[1], mask, scale);
          Tensor gradients = Tensor.empty(tape.dtype(), batch, length, 3, heads, depth);
          for (int part = 0; part < 3; part++) {
            gradients.select(2, part).copyInPlace(d[part].transpose(1, 2));
          }
          qkv.accumulate(gradients.view(rows, 3 * width));
        },
        saved);
    return output;
  }
}
