package io.haori.tensor.quant;

import io.haori.core.weights.DType;
import io.haori.tensor.Kernels;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.WeightOnly;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A matrix of 4-bit integers, two in a byte, with a scale and a zero for each group of {@value
 * #GROUP} columns of a row, which reach from the least number of the group to the largest.
 *
 * <pre>{@code
 * W[o, i] ≈ s[o, g] · (q[o, i] − 8) + z[o, g]        g = i / 64        q from 0 to 15
 * s = (max W[o, g] − min W[o, g]) / 15               z = min W[o, g] + 8 s
 * }</pre>
 *
 * {@link #fastLinear} of few rows reads the codes as they are kept ({@link WeightOnly}), which is
 * several times as fast as a dense matrix; other products make a dense copy first, which is freed
 * with them. Rows are kept in blocks of {@link WeightOnly#int4Block} and columns in groups, of
 * which the last are filled up with zeros.
 */
public final class Int4Matrix implements QuantisedMatrix {
  /** Columns of one scale. */
  public static final int GROUP = WeightOnly.INT4_GROUP;

  /** Numbers of a dense copy at most, 64 MB in F32. */
  private static final long MOST_DENSE = 1L << 24;

  private static final double LARGEST = 15;
  private static final int ZERO = 8;

  private final long outputs;
  private final long inputs;

  /** U8 {@code [blocks, columns, block / 2]}, see {@link WeightOnly#packed}. */
  private final Tensor codes;

  /** BF16 {@code [groups, rows, 2]}: s and z. */
  private final Tensor scales;

  private Int4Matrix(long outputs, long inputs, Tensor codes, Tensor scales) {
    this.outputs = outputs;
    this.inputs = inputs;
    this.codes = codes.retain();
    this.scales = scales.retain();
  }

  /**
   * Rounds a matrix.
   *
   * @param matrix any floating type {@code [o, i]}
   */
  public static Int4Matrix of(Tensor matrix) {
    if (RowBlocks.areSeveral(matrix)) {
      List<Int4Matrix> blocks = RowBlocks.of(matrix, Int4Matrix::of);
      try {
        return joined(blocks);
      } finally {
        blocks.forEach(Int4Matrix::close);
      }
    }
    try (Scope scope = Scope.open()) {
      long outputs = matrix.size(0);
      long inputs = matrix.size(1);
      long rows = filled(outputs, WeightOnly.int4Block());
      long columns = filled(inputs, GROUP);
      Tensor padded = Tensors.zeros(DType.F32, rows, columns);
      padded.narrow(0, 0, outputs).narrow(1, 0, inputs).copyInPlace(matrix);
      Tensor grouped = padded.view(rows, columns / GROUP, GROUP);
      Tensor least = grouped.mul(-1).max(2).mulInPlace(-1);
      // BF16 first: codes are chosen for the scale and the zero that are kept.
      Tensor scale =
          grouped.max(2).sub(least).mulInPlace(1 / LARGEST).atLeastInPlace(1e-30).to(DType.BF16);
      Tensor full = scale.to(DType.F32);
      Tensor zero = least.addInPlace(full.mul(ZERO)).to(DType.BF16);
      Tensor chosen =
          grouped
              .sub(zero.to(DType.F32))
              .div(full)
              .roundInPlace()
              .addInPlace(Tensors.full(ZERO, DType.F32, 1))
              .atLeastInPlace(0)
              .atMostInPlace(LARGEST);
      Tensor pairs = Tensors.cat(List.of(scale, zero), 2).transpose(0, 1).contiguous();
      return new Int4Matrix(outputs, inputs, WeightOnly.packed(chosen.view(rows, columns)), pairs);
    }
  }

  private static long filled(long count, long step) {
    return (count + step - 1) / step * step;
  }

  /**
   * Matrices one below another, which were rounded apart: a row's codes depend on that row alone.
   *
   * @param parts of equal inputs; stay with the caller
   */
  public static Int4Matrix joined(List<Int4Matrix> parts) {
    try (Scope scope = Scope.open()) {
      Int4Matrix first = parts.get(0);
      long block = 2 * first.codes.size(2);
      long outputs = parts.stream().mapToLong(Int4Matrix::outputs).sum();
      boolean whole =
          parts.subList(0, parts.size() - 1).stream().allMatch(one -> one.outputs % block == 0);
      if (whole) {
        return new Int4Matrix(
            outputs,
            first.inputs,
            Tensors.cat(parts.stream().map(one -> one.codes).toList(), 0),
            Tensors.cat(parts.stream().map(one -> one.scales).toList(), 1));
      }
      long rows = filled(outputs, block);
      Tensor codes = Tensors.full(ZERO, DType.F32, rows, first.codes.size(1));
      Tensor pairs = Tensors.zeros(DType.BF16, first.scales.size(0), rows, 2);
      long row = 0;
      for (Int4Matrix part : parts) {
        long count = part.outputs;
        codes
            .narrow(0, row, count)
            .copyInPlace(part.codesByRow().narrow(0, 0, count).to(DType.F32));
        pairs.narrow(1, row, count).copyInPlace(part.scales.narrow(1, 0, count));
        row += count;
      }
      return new Int4Matrix(outputs, first.inputs, WeightOnly.packed(codes), pairs);
    }
  }

  @Override
  public BasePrecision format() {
    return BasePrecision.INT4;
  }

  @Override
  public long outputs() {
    return outputs;
  }

  @Override
  public long inputs() {
    return inputs;
  }

  @Override
  public long bytes() {
    return codes.byteCount() + scales.byteCount();
  }

  @Override
  public Tensor dense() {
    return dense(DType.F32);
  }

  private Tensor dense(DType dtype) {
    return dense(dtype, 0, outputs);
  }

  /**
   * Some rows.
   *
   * @param from a multiple of the rows whose codes lie together
   */
  private Tensor dense(DType dtype, long from, long count) {
    try (Scope scope = Scope.open()) {
      long block = 2 * codes.size(2);
      long rows = filled(count, block);
      Tensor numbers = codesByRow(codes.narrow(0, from / block, rows / block));
      long columns = numbers.size(1);
      Tensor pairs = scales.narrow(1, from, rows).to(DType.F32).transpose(0, 1).contiguous();
      Tensor scale = pairs.narrow(2, 0, 1);
      Tensor first = pairs.narrow(2, 1, 1).addScaled(scale, -ZERO);
      Tensor grouped = numbers.to(dtype).view(rows, columns / GROUP, GROUP);
      Tensor dense = first.to(dtype).addProduct(scale.to(dtype), grouped, 1.0).view(rows, columns);
      return scope.keep(dense.narrow(0, 0, count).narrow(1, 0, inputs).contiguous());
    }
  }

  /** U8 {@code [rows, columns]}, those included that were filled up. */
  private Tensor codesByRow() {
    return codesByRow(codes);
  }

  private static Tensor codesByRow(Tensor codes) {
    return Tensors.cat(List.of(codes.lowBits(4), codes.highBits(4)), 2)
        .transpose(1, 2)
        .contiguous()
        .view(codes.size(0) * 2 * codes.size(2), codes.size(1));
  }

  @Override
  public Tensor linear(Tensor x, @Nullable Tensor bias) {
    try (Scope scope = Scope.open()) {
      long step = step();
      if (step >= outputs) {
        return scope.keep(Kernels.linear(x, dense(x.dtype()), bias));
      }
      Tensor y = Tensors.empty(x.dtype(), x.size(0), outputs);
      for (long row = 0; row < outputs; row += step) {
        try (Scope part = Scope.open()) {
          long count = Math.min(step, outputs - row);
          Tensor ours = bias == null ? null : bias.narrow(0, row, count);
          Tensor product = Kernels.linear(x, dense(x.dtype(), row, count), ours);
          y.narrow(1, row, count).copyInPlace(product);
        }
      }
      return scope.keep(y);
    }
  }

  /** Rows whose dense copy is made at once: all of a layer's matrix, some of a large vocabulary. */
  private long step() {
    long block = 2 * codes.size(2);
    return Math.max(1, MOST_DENSE / codes.size(1) / block) * block;
  }

  @Override
  public Tensor fastLinear(Tensor x, @Nullable Tensor bias) {
    if (!WeightOnly.hasInt4(x.size(0))) {
      return linear(x, bias);
    }
    try (Scope scope = Scope.open()) {
      Tensor y = WeightOnly.int4(filled(x), codes, scales).narrow(1, 0, outputs).to(x.dtype());
      return scope.keep(bias == null ? y.contiguous() : y.add(bias));
    }
  }

  /** With columns of zeros behind, up to the last group's end. */
  private Tensor filled(Tensor x) {
    long columns = codes.size(1);
    if (columns == inputs) {
      return x;
    }
    Tensor wide = Tensors.zeros(x.dtype(), x.size(0), columns);
    wide.narrow(1, 0, inputs).copyInPlace(x);
    return wide;
  }

  @Override
  public Tensor inputGradient(Tensor dy) {
    try (Scope scope = Scope.open()) {
      long step = step();
      if (step >= outputs) {
        return scope.keep(Kernels.product(dy, dense(dy.dtype()), 1.0));
      }
      Tensor dx = Tensors.zeros(dy.dtype(), dy.size(0), inputs);
      for (long row = 0; row < outputs; row += step) {
        try (Scope part = Scope.open()) {
          long count = Math.min(step, outputs - row);
          Tensor ours = dy.narrow(1, row, count).contiguous();
          Kernels.addProductInPlace(dx, ours, dense(dy.dtype(), row, count), 1.0);
        }
      }
      return scope.keep(dx);
    }
  }

  @Override
  public Tensor rowsAt(Tensor index) {
    try (Scope scope = Scope.open()) {
      long[] wanted = index.toLongs();
      int half = (int) codes.size(2);
      long columns = codes.size(1);
      long[] blocks = new long[wanted.length];
      long[] bytes = new long[wanted.length];
      float[] upper = new float[wanted.length];
      for (int i = 0; i < wanted.length; i++) {
        int within = (int) (wanted[i] % (2L * half));
        blocks[i] = wanted[i] / (2L * half);
        bytes[i] = within % half;
        upper[i] = within < half ? 0 : 1;
      }
      int count = wanted.length;
      Tensor places =
          Tensors.of(bytes, count, 1, 1).add(Tensors.zeros(DType.I64, count, columns, 1));
      Tensor both =
          codes.indexSelect(0, Tensors.of(blocks, count)).gather(2, places).view(count, columns);
      Tensor low = both.lowBits(4).to(DType.F32);
      Tensor high = both.highBits(4).to(DType.F32);
      Tensor numbers = low.add(high.sub(low).mul(Tensors.of(upper, count, 1))).add(-ZERO);
      Tensor pairs = scales.indexSelect(1, index).to(DType.F32).transpose(0, 1).contiguous();
      Tensor grouped = numbers.view(count, columns / GROUP, GROUP);
      grouped.mulInPlace(pairs.select(2, 0).contiguous().view(count, columns / GROUP, 1));
      grouped.addInPlace(pairs.select(2, 1).contiguous().view(count, columns / GROUP, 1));
      return scope.keep(numbers.narrow(1, 0, inputs).contiguous());
    }
  }

  /** Shares the codes where the rows are whole blocks; else they are copied. */
  @Override
  public Int4Matrix rows(long from, long count) {
    try (Scope scope = Scope.open()) {
      long block = 2 * codes.size(2);
      if (from % block == 0 && (count % block == 0 || from + count == outputs)) {
        long rows = filled(count, block);
        return new Int4Matrix(
            count,
            inputs,
            codes.narrow(0, from / block, rows / block),
            scales.narrow(1, from, rows).contiguous());
      }
      return copied(from, count);
    }
  }

  private Int4Matrix copied(long from, long count) {
    long block = 2 * codes.size(2);
    long columns = codes.size(1);
    Tensor all = codesByRow().to(DType.F32);
    long rows = filled(count, block);
    Tensor some = Tensors.full(ZERO, DType.F32, rows, columns);
    some.narrow(0, 0, count).copyInPlace(all.narrow(0, from, count));
    Tensor pairs = Tensors.zeros(DType.BF16, scales.size(0), rows, 2);
    pairs.narrow(1, 0, count).copyInPlace(scales.narrow(1, from, count));
    return new Int4Matrix(count, inputs, WeightOnly.packed(some), pairs);
  }

  @Override
  public Int4Matrix scaledRows(Tensor change) {
    try (Scope scope = Scope.open()) {
      Tensor full = scales.to(DType.F32);
      Tensor factors = Tensors.zeros(DType.F32, 1, scales.size(1), 1);
      factors.narrow(1, 0, outputs).copyInPlace(change.view(1, outputs, 1));
      Tensor scaled = full.addProduct(full, factors, 1.0).to(DType.BF16);
      return new Int4Matrix(outputs, inputs, codes.view(codes.shape()), scaled);
    }
  }

  @Override
  public Tensor[] tensors() {
    return new Tensor[] {codes, scales};
  }

  @Override
  public void close() {
    codes.close();
    scales.close();
  }
}
