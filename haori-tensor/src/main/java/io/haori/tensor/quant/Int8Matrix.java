package io.haori.tensor.quant;

import io.haori.core.weights.DType;
import io.haori.tensor.Int8;
import io.haori.tensor.Kernels;
import io.haori.tensor.Processor;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.WeightOnly;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A matrix of 8-bit integers with one scale for each output row, a little larger where the
 * processor has no VNNI ({@link Int8#quantiseWeight}).
 *
 * <pre>{@code
 * W[o, i] ≈ s[o] · q[o, i]        s[o] = max |W[o, ·]| / 127
 * y  = x Wᵀ   ≈ (q_x qᵀ)  ⊙ s_x ⊙ s        x  ≈ s_x q_x, row by row
 * dx = dy W   ≈ (q_d q)   ⊙ s_d            dy ⊙ s ≈ s_d q_d, row by row
 * }</pre>
 *
 * Both products read the same codes, so the matrix takes one byte for each number. With {@link
 * InputGradients#FLOAT} {@code dx} is that of {@link #dense} instead, as for rows that begin at an
 * odd one where codes are bounded by pairs.
 *
 * <p>Columns whose inputs are far larger than the others' would make the scale of every row large
 * and leave few codes to the rest. They may be named: their inputs count as zero for the rows'
 * scales and codes, and a product in floats adds them (Dettmers et al. 2022, LLM.int8, arXiv
 * 2208.07339, section 3.2).
 */
public final class Int8Matrix implements QuantisedMatrix {
  private final Tensor codes;
  private final Tensor scales;

  private final @Nullable Outliers outliers;
  private final InputGradients gradients;

  /**
   * Columns that are multiplied in floats.
   *
   * @param index I64 {@code [k]}
   * @param others F32 {@code [i]}: 0 for these columns, 1 for all others
   * @param columns of the matrix, as rows: F32 or BF16 {@code [k, o]}
   */
  private record Outliers(Tensor index, Tensor others, Tensor columns) {
    static Outliers of(Tensor matrix, List<Long> columns, DType dtype) {
      Tensor index =
          Tensors.of(columns.stream().mapToLong(Long::longValue).toArray(), columns.size());
      Tensor others = Tensors.full(1, DType.F32, matrix.size(1));
      others.copyInPlace(
          others.sub(
              Tensors.zeros(DType.F32, matrix.size(1))
                  .indexAddInPlace(0, index, Tensors.full(1, DType.F32, columns.size()))));
      return new Outliers(index, others, matrix.indexSelect(1, index).t().contiguous().to(dtype));
    }

    void addTo(Tensor y, Tensor x) {
      y.addMatmulInPlace(x.indexSelect(1, index), columns.to(x.dtype()), 1.0);
    }
  }

  private Int8Matrix(
      Tensor codes, Tensor scales, @Nullable Outliers outliers, InputGradients gradients) {
    this.gradients = gradients;
    this.codes = codes.retain();
    this.scales = scales.retain();
    this.outliers = outliers;
    if (outliers != null) {
      outliers.index().retain();
      outliers.others().retain();
      outliers.columns().retain();
    }
  }

  /**
   * Rounds a matrix.
   *
   * @param matrix any floating type {@code [o, i]}
   */
  public static Int8Matrix of(Tensor matrix) {
    return of(matrix, List.of(), InputGradients.INT8);
  }

  /**
   * Rounds a matrix some of whose columns get inputs that are far larger than the others'.
   *
   * @param matrix any floating type {@code [o, i]}
   * @param outliers indexes of those columns
   * @param gradients what {@link #inputGradient} is computed from
   */
  public static Int8Matrix of(Tensor matrix, List<Long> outliers, InputGradients gradients) {
    if (RowBlocks.areSeveral(matrix)) {
      List<Int8Matrix> blocks = RowBlocks.of(matrix, block -> of(block, outliers, gradients));
      try {
        return joined(blocks);
      } finally {
        blocks.forEach(Int8Matrix::close);
      }
    }
    try (Scope scope = Scope.open()) {
      Int8.Rows rows = Int8.quantiseWeight(matrix.to(DType.F32));
      // Copies: what rounds the number of rows up need not be kept.
      Tensor codes = rows.codes().narrow(0, 0, rows.count()).copy();
      Tensor scales = rows.scales().narrow(0, 0, rows.count()).copy().view(rows.count());
      return new Int8Matrix(
          codes,
          scales,
          outliers.isEmpty()
              ? null
              : Outliers.of(matrix, outliers, BasePrecision.INT8.otherWeights()),
          gradients);
    }
  }

  /**
   * Matrices one below another, which were rounded apart: a row's codes depend on no row of another
   * part.
   *
   * @param parts of equal inputs and outliers; stay with the caller
   */
  public static Int8Matrix joined(List<Int8Matrix> parts) {
    try (Scope scope = Scope.open()) {
      Outliers first = parts.get(0).outliers;
      Outliers all =
          first == null
              ? null
              : new Outliers(
                  first.index().view(first.index().shape()),
                  first.others().view(first.others().shape()),
                  Tensors.cat(
                      parts.stream()
                          .map(one -> Objects.requireNonNull(one.outliers).columns())
                          .toList(),
                      1));
      return new Int8Matrix(
          Tensors.cat(parts.stream().map(one -> one.codes).toList(), 0),
          Tensors.cat(parts.stream().map(one -> one.scales).toList(), 0),
          all,
          gradients(parts));
    }
  }

  private static InputGradients gradients(List<Int8Matrix> parts) {
    long row = 0;
    for (Int8Matrix part : parts) {
      if (part.gradients == InputGradients.FLOAT || !Int8.mayBegin(row)) {
        return InputGradients.FLOAT;
      }
      row += part.outputs();
    }
    return InputGradients.INT8;
  }

  /** How many columns are multiplied in floats. */
  public long outliers() {
    return outliers == null ? 0 : outliers.index().count();
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
    long columns =
        outliers == null
            ? 0
            : outliers.index().byteCount()
                + outliers.others().byteCount()
                + outliers.columns().byteCount();
    return codes.byteCount() + scales.byteCount() + columns;
  }

  @Override
  public Tensor dense() {
    try (Scope scope = Scope.open()) {
      Tensor dense = codes.to(DType.F32).mulInPlace(scales.view(outputs(), 1));
      if (outliers != null) {
        dense.mulInPlace(outliers.others());
        dense.t().indexAddInPlace(0, outliers.index(), outliers.columns().to(DType.F32));
      }
      return scope.keep(dense);
    }
  }

  @Override
  public Tensor linear(Tensor x, @Nullable Tensor bias) {
    try (Scope scope = Scope.open()) {
      Tensor others = others(x);
      return scope.keep(
          withOutliers(Int8.linear(Int8.quantise(others), codes, scales, bias, x.dtype()), x));
    }
  }

  /** Without VNNI or AMX few rows are not quantised themselves: that is faster there. */
  @Override
  public Tensor fastLinear(Tensor x, @Nullable Tensor bias) {
    if (Processor.hasVnni() || !WeightOnly.hasInt8(x, outputs())) {
      return linear(x, bias);
    }
    try (Scope scope = Scope.open()) {
      Tensor y = WeightOnly.int8(others(x), codes).to(DType.F32).mulInPlace(scales);
      Tensor added = bias == null ? y : y.addInPlace(bias.to(DType.F32));
      return scope.keep(withOutliers(added.to(x.dtype()), x));
    }
  }

  /** Without the columns that are multiplied in floats. */
  private Tensor others(Tensor x) {
    return outliers == null ? x : x.mul(outliers.others().to(x.dtype()));
  }

  private Tensor withOutliers(Tensor y, Tensor x) {
    if (outliers != null) {
      outliers.addTo(y, x);
    }
    return y;
  }

  @Override
  public Tensor inputGradient(Tensor dy) {
    try (Scope scope = Scope.open()) {
      if (gradients == InputGradients.FLOAT) {
        if (RowBlocks.areSeveral(codes)) {
          Tensor dx = Tensors.zeros(dy.dtype(), dy.size(0), inputs());
          addFloatProduct(dx, dy);
          return scope.keep(dx);
        }
        return scope.keep(Kernels.product(dy, dense().to(dy.dtype()), 1.0));
      }
      return scope.keep(Int8.product(scaled(dy), codes, dy.dtype()));
    }
  }

  @Override
  public void addInputGradient(Tensor target, Tensor dy) {
    try (Scope scope = Scope.open()) {
      if (gradients == InputGradients.FLOAT) {
        addFloatProduct(target, dy);
      } else {
        Int8.addProductInPlace(target, scaled(dy), codes);
      }
    }
  }

  /** Dense some rows at a time, as a table of words would take hundreds of megabytes. */
  private void addFloatProduct(Tensor target, Tensor dy) {
    long step = RowBlocks.step(codes);
    for (long row = 0; row < outputs(); row += step) {
      try (Scope scope = Scope.open()) {
        long count = Math.min(step, outputs() - row);
        Tensor ours = count == outputs() ? dy : dy.narrow(1, row, count).contiguous();
        try (Int8Matrix block = rows(row, count)) {
          Kernels.addProductInPlace(target, ours, block.dense().to(dy.dtype()), 1.0);
        }
      }
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
      return new Int8Matrix(
          codes.narrow(0, from, count),
          scales.narrow(0, from, count),
          outliers == null
              ? null
              : new Outliers(
                  outliers.index().view(outliers.index().shape()),
                  outliers.others().view(outliers.others().shape()),
                  outliers.columns().narrow(1, from, count).contiguous()),
          Int8.mayBegin(from) ? gradients : InputGradients.FLOAT);
    }
  }

  @Override
  public Int8Matrix scaledRows(Tensor change) {
    try (Scope scope = Scope.open()) {
      Tensor scaled = scales.addProduct(scales, change, 1.0);
      if (outliers == null) {
        return new Int8Matrix(codes.view(codes.shape()), scaled, null, gradients);
      }
      Tensor columns = outliers.columns();
      Tensor factors = change.to(columns.dtype());
      return new Int8Matrix(
          codes.view(codes.shape()),
          scaled,
          new Outliers(
              outliers.index().view(outliers.index().shape()),
              outliers.others().view(outliers.others().shape()),
              columns.addProduct(columns, factors, 1.0)),
          gradients);
    }
  }

  @Override
  public Tensor[] tensors() {
    return outliers == null
        ? new Tensor[] {codes, scales}
        : new Tensor[] {codes, scales, outliers.index(), outliers.others(), outliers.columns()};
  }

  @Override
  public void close() {
    for (Tensor tensor : tensors()) {
      tensor.close();
    }
  }
}
