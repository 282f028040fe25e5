package io.haori.tensor.grad;

import io.haori.core.weights.DType;
import io.haori.tensor.Kernels;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;

/**
 * Multi-head attention from one tensor that holds queries, keys and values side by side.
 *
 * <pre>{@code
 * P       = softmax(Q Kᵀ / √d + mask)     O = P V          per text and head
 * [s,s]            [s,d][d,s]             [s,d] = [s,s][s,d]
 * }</pre>
 *
 * Texts of about one length are computed as one rectangle {@code [b, s]}.
 *
 * <p>fp32 takes libtorch's fused attention; bf16 takes plain products, because the fused kernel is
 * many times slower in bf16 on a CPU (134 ms against 5 ms for 32 × 12 heads of 128 × 32 here). So
 * does a tape that differentiates twice, which the fused kernel cannot.
 */
public final class Attention {
  private Attention() {}

  /**
   * Applies it.
   *
   * @param tape computes in its type
   * @param qkv {@code [tokens, 3·h]}: the columns of queries, keys, values
   * @param sequences that the tokens belong to, in the tape's type
   * @param heads number of heads; divides h
   * @return {@code [tokens, h]}
   */
  public static Variable apply(Tape tape, Variable qkv, Sequences.Pass sequences, int heads) {
    boolean fused = tape.dtype() == DType.F32 && !tape.differentiatesTwice();
    Tensor padded = sequences.pad(qkv.value());
    List<Part> parts = new ArrayList<>();
    List<Tensor> outputs = new ArrayList<>();
    long first = 0;
    for (Sequences.Rectangle rectangle : sequences.rectangles()) {
      Tensor ours =
          rectangle.places() == padded.size(0)
              ? padded
              : padded.narrow(0, first, rectangle.places());
      Part part = fused ? new Fused(rectangle, heads, ours) : new Plain(rectangle, heads, ours);
      parts.add(part);
      outputs.add(part.output());
      first += rectangle.places();
    }
    Variable output = tape.variable(sequences.unpad(outputs), qkv.needsGradient());
    if (tape.records() && qkv.needsGradient()) {
      tape.record(
          output,
          () -> {
            Tensor gradient = sequences.padWithZeros(output.requireGradient());
            List<Tensor> back = new ArrayList<>();
            long at = 0;
            for (Part part : parts) {
              int places = part.rectangle.places();
              back.add(
                  part.backward(
                      places == gradient.size(0) ? gradient : gradient.narrow(0, at, places)));
              at += places;
            }
            qkv.accumulate(sequences.unpad(back));
          },
          saved(sequences, parts));
    }
    tape.observeAttention(qkv.value(), output, heads);
    return output;
  }

  private static Tensor[] saved(Sequences.Pass sequences, List<Part> parts) {
    List<Tensor> saved = new ArrayList<>();
    parts.forEach(part -> saved.addAll(part.saved()));
    if (sequences.kept() != null) {
      saved.add(sequences.kept());
    }
    return saved.toArray(Tensor[]::new);
  }

  /** One rectangle's attention, with what its derivative needs. */
  private abstract static class Part {
    final Sequences.Rectangle rectangle;
    final int heads;
    final long width;
    final long depth;
    final double scale;

    /** Of {@code qkv [b·s, 3·h]}. */
    Part(Sequences.Rectangle rectangle, int heads, Tensor qkv) {
      this.rectangle = rectangle;
      this.heads = heads;
      this.width = qkv.size(1) / 3;
      this.depth = width / heads;
      this.scale = 1 / Math.sqrt((double) depth);
    }

    /** {@code [b·s, h]}. */
    abstract Tensor output();

    /** {@code [b·s, h]} to {@code [b·s, 3·h]}. */
    abstract Tensor backward(Tensor gradient);

    abstract List<Tensor> saved();
  }

  private static final class Plain extends Part {
    private final Tensor q;
    private final Tensor k;
    private final Tensor v;
    private final Tensor p;
    private final Tensor output;

    Plain(Sequences.Rectangle rectangle, int heads, Tensor qkv) {
      super(rectangle, heads, qkv);
      long batch = rectangle.rows();
      long length = rectangle.length();
      // One copy into [3, b, heads, s, d] makes the batched products read contiguous memory.
      Tensor parts = qkv.view(batch, length, 3, heads, depth).permute(2, 0, 3, 1, 4).contiguous();
      // Scaling Q once is a fraction of scaling the scores.
      q = parts.select(0, 0).view(batch * heads, length, depth).mulInPlace(scale);
      k = parts.select(0, 1).view(batch * heads, length, depth);
      v = parts.select(0, 2).view(batch * heads, length, depth);
      Tensor scores = q.batchMatmul(k.transpose(1, 2));
      if (rectangle.mask() != null) {
        scores.view(batch, heads, length, length).addInPlace(rectangle.mask());
      }
      p = scores.softmax();
      output =
          p.batchMatmul(v)
              .view(batch, heads, length, depth)
              .transpose(1, 2)
              .reshape(batch * length, width);
    }

    @Override
    Tensor output() {
      return output;
    }

    @Override
    Tensor backward(Tensor gradient) {
      long batch = rectangle.rows();
      long length = rectangle.length();
      long groups = batch * heads;
      Tensor gradients = Tensors.empty(gradient.dtype(), 3, batch, heads, length, depth);
      Tensor dq = gradients.select(0, 0).view(groups, length, depth);
      Tensor dOut =
          gradient.view(batch, length, heads, depth).transpose(1, 2).reshape(groups, length, depth);
      Tensor dScores = Kernels.softmaxBackward(dOut.batchMatmul(v.transpose(1, 2)), p);
      dScores.batchMatmulInto(k, dq);
      dq.mulInPlace(scale);
      dScores
          .transpose(1, 2)
          .batchMatmulInto(q, gradients.select(0, 1).view(groups, length, depth));
      p.transpose(1, 2).batchMatmulInto(dOut, gradients.select(0, 2).view(groups, length, depth));
      return gradients.permute(1, 3, 0, 2, 4).reshape(batch * length, 3 * width);
    }

    @Override
    List<Tensor> saved() {
      return List.of(q, k, v, p);
    }
  }

  private static final class Fused extends Part {
    private final Tensor q;
    private final Tensor k;
    private final Tensor v;
    private final Tensor o;
    private final Tensor logSum;

    Fused(Sequences.Rectangle rectangle, int heads, Tensor qkv) {
      super(rectangle, heads, qkv);
      Tensor parts =
          qkv.view(rectangle.rows(), rectangle.length(), 3, heads, depth).permute(2, 0, 3, 1, 4);
      q = parts.select(0, 0);
      k = parts.select(0, 1);
      v = parts.select(0, 2);
      Tensor[] result = Kernels.attention(q, k, v, rectangle.mask(), scale);
      o = result[0];
      logSum = result[1];
    }

    @Override
    Tensor output() {
      return o.transpose(1, 2).reshape(rectangle.places(), width);
    }

    @Override
    Tensor backward(Tensor gradient) {
      long batch = rectangle.rows();
      long length = rectangle.length();
      Tensor dOut = gradient.view(batch, length, heads, depth).transpose(1, 2);
      Tensor[] d = Kernels.attentionBackward(dOut, q, k, v, o, logSum, rectangle.mask(), scale);
      Tensor gradients = Tensors.empty(gradient.dtype(), batch, length, 3, heads, depth);
      for (int part = 0; part < 3; part++) {
        gradients.select(2, part).copyInPlace(d[part].transpose(1, 2));
      }
      return gradients.view(batch * length, 3 * width);
    }

    @Override
    List<Tensor> saved() {
      return rectangle.mask() == null
          ? List.of(q, k, v, o, logSum)
          : List.of(q, k, v, o, logSum, rectangle.mask());
    }
  }
}
