package io.haori.tensor.quant;

import io.haori.core.weights.DType;
import io.haori.tensor.Int8;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A matrix of 8-bit integers with one scale for each output row.
 *
 * <pre>{@code
 * W[o, i] ≈ s[o] · q[o, i]        s[o] = max |W[o, ·]| / 127
 * y  = x Wᵀ   ≈ (q_x qᵀ)  ⊙ s_x ⊙ s        x  ≈ s_x q_x, row by row
 * dx = dy W   ≈ (q_d q)   ⊙ s_d            dy ⊙ s ≈ s_d q_d, row by row
 * }</pre>
 *
 * Both products read the same codes, so the matrix takes one byte for each number.
 */
public final class Int8Matrix implements QuantisedMatrix {
  private final Tensor codes;
  private final Tensor scales;

  private Int8Matrix(Tensor codes, Tensor scales) {
    this.codes = codes.retain();
    this.scales = scales.retain();
  }

  /**
   * Rounds a matrix.
   *
   * @param matrix any floating type {@code [o, i]}
   */
  public static Int8Matrix of(Tensor matrix) {
    try (Scope scope = Scope.open()) {
      Int8.Rows rows = Int8.quantise(matrix.to(DType.F32));
      // Copies: what rounds the number of rows up need not be kept.
      Tensor codes = rows.codes().narrow(0, 0, rows.count()).copy();
      Tensor scales = rows.scales().narrow(0, 0, rows.count()).copy().view(rows.count());
      return new Int8Matrix(codes, scales);
    }
  }

  @Override
  public BasePrecision format() {
    return BasePrecision.INT8;
  }

  @Override
  public long outputs() {
    return codes.size(0);
  }

  @Override
  public long inputs() {
    return codes.size(1);
  }

  @Override
  public long bytes() {
    return codes.byteCount() + scales.byteCount();
  }

  @Override
  public Tensor dense() {
    return codes.to(DType.F32).mulInPlace(scales.view(outputs(), 1));
  }

  @Override
  public Tensor linear(Tensor x, @Nullable Tensor bias) {
    try (Scope scope = Scope.open()) {
      return scope.keep(Int8.linear(Int8.quantise(x), codes, scales, bias, x.dtype()));
    }
  }

  @Override
  public Tensor inputGradient(Tensor dy) {
    try (Scope scope = Scope.open()) {
      return scope.keep(Int8.product(scaled(dy), codes, dy.dtype()));
    }
  }

  @Override
  public void addInputGradient(Tensor target, Tensor dy) {
    try (Scope scope = Scope.open()) {
      Int8.addProductInPlace(target, scaled(dy), codes);
    }
  }

  private Int8.Rows scaled(Tensor dy) {
    return Int8.quantise(dy.mul(scales.to(dy.dtype())));
  }

  @Override
  public Tensor rowsAt(Tensor index) {
    Tensor rows = codes.indexSelect(0, index).to(DType.F32);
    return rows.mulInPlace(scales.indexSelect(0, index).view(rows.size(0), 1));
  }

  @Override
  public Int8Matrix rows(long from, long count) {
    try (Scope scope = Scope.open()) {
      return new Int8Matrix(codes.narrow(0, from, count), scales.narrow(0, from, count));
    }
  }

  @Override
  public Int8Matrix scaledRows(Tensor change) {
    try (Scope scope = Scope.open()) {
      return new Int8Matrix(codes.view(codes.shape()), scales.addProduct(scales, change, 1.0));
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
