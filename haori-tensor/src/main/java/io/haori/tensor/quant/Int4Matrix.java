package io.haori.tensor.quant;

import io.haori.core.weights.DType;
import io.haori.tensor.Kernels;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A matrix of 4-bit integers, two in a byte, with one scale for each group of {@value #GROUP}
 * columns of a row.
 *
 * <pre>{@code
 * W[o, i] ≈ s[o, i / 32] · (q[o, i] − 8)        q from 1 to 15        s = max |W[o, group]| / 7
 * }</pre>
 *
 * There is no product of such matrices in 4 bits here: each makes a dense copy first, which is
 * freed with it. What it saves is memory. A row whose length is no multiple of {@value #GROUP} ends
 * in a group that is filled up with zeros.
 */
public final class Int4Matrix implements QuantisedMatrix {
  /** Columns of one scale. */
  public static final int GROUP = 32;

  private static final double LARGEST = 7;
  private static final int ZERO = 8;

  private final long inputs;
  private final Tensor codes;
  private final Tensor scales;

  private Int4Matrix(long inputs, Tensor codes, Tensor scales) {
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
    try (Scope scope = Scope.open()) {
      long outputs = matrix.size(0);
      long inputs = matrix.size(1);
      long groups = (inputs + GROUP - 1) / GROUP;
      Tensor padded = Tensors.zeros(DType.F32, outputs, groups * GROUP);
      padded.narrow(1, 0, inputs).copyInPlace(matrix);
      Tensor grouped = padded.view(outputs, groups, GROUP);
      // BF16 first: codes are chosen for the scale that is kept.
      Tensor scales =
          grouped.abs().max(2).mulInPlace(1 / LARGEST).atLeastInPlace(1e-30).to(DType.BF16);
      Tensor shifted =
          grouped
              .div(scales.to(DType.F32))
              .roundInPlace()
              .atLeastInPlace(-LARGEST)
              .atMostInPlace(LARGEST)
              .add(ZERO)
              .view(outputs, groups * GROUP / 2, 2);
      Tensor codes = shifted.select(2, 0).add(shifted.select(2, 1).mul(16)).to(DType.U8);
      return new Int4Matrix(inputs, codes, scales.view(outputs, groups));
    }
  }

  @Override
  public BasePrecision format() {
    return BasePrecision.INT4;
  }

  @Override
  public long outputs() {
    return codes.size(0);
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
    return dense(codes, scales, DType.F32);
  }

  /** Of all rows or some. */
  private Tensor dense(Tensor codes, Tensor scales, DType dtype) {
    try (Scope scope = Scope.open()) {
      long rows = codes.size(0);
      long groups = scales.size(1);
      Tensor halves = Tensors.stack(List.of(codes.lowBits(4), codes.highBits(4)), 2).to(dtype);
      Tensor grouped = halves.add(-ZERO).view(rows, groups, GROUP);
      grouped.mulInPlace(scales.to(dtype).view(rows, groups, 1));
      return scope.keep(grouped.view(rows, groups * GROUP).narrow(1, 0, inputs).contiguous());
    }
  }

  @Override
  public Tensor linear(Tensor x, @Nullable Tensor bias) {
    try (Scope scope = Scope.open()) {
      return scope.keep(Kernels.linear(x, dense(codes, scales, x.dtype()), bias));
    }
  }

  @Override
  public Tensor inputGradient(Tensor dy) {
    try (Scope scope = Scope.open()) {
      return scope.keep(Kernels.product(dy, dense(codes, scales, dy.dtype()), 1.0));
    }
  }

  @Override
  public Tensor rowsAt(Tensor index) {
    try (Scope scope = Scope.open()) {
      return scope.keep(
          dense(codes.indexSelect(0, index), scales.indexSelect(0, index), DType.F32));
    }
  }

  @Override
  public Int4Matrix rows(long from, long count) {
    try (Scope scope = Scope.open()) {
      return new Int4Matrix(inputs, codes.narrow(0, from, count), scales.narrow(0, from, count));
    }
  }

  @Override
  public Int4Matrix scaledRows(Tensor change) {
    try (Scope scope = Scope.open()) {
      Tensor full = scales.to(DType.F32);
      Tensor scaled = full.addProduct(full, change.view(outputs(), 1), 1.0);
      return new Int4Matrix(inputs, codes.view(codes.shape()), scaled);
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
