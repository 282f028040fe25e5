package io.haori.tensor.quant;

import io.haori.core.weights.DType;
import io.haori.tensor.Processor;
import io.haori.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the frozen matrices of a base's layers are kept in memory. */
public enum BasePrecision {
  /** 32-bit floats. */
  FP32,
  /** bfloat16: 16 bits. */
  BF16,
  /** 8-bit integers with one scale for each row, see {@link Int8Matrix}. */
  INT8,
  /** 4-bit integers with one scale for each group of a row, see {@link Int4Matrix}. */
  INT4;

  /** Its name on the command line and in files. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** All names. */
  public static List<String> ids() {
    return Arrays.stream(values()).map(BasePrecision::id).toList();
  }

  /** The one of a name. */
  public static Optional<BasePrecision> parse(String id) {
    return Arrays.stream(values()).filter(precision -> precision.id().equals(id)).findFirst();
  }

  /** What keeps dense matrices of a type. */
  public static BasePrecision of(DType dtype) {
    return dtype == DType.BF16 ? BF16 : FP32;
  }

  /** Type of all weights but the matrices of the layers. */
  public DType otherWeights() {
    return switch (this) {
      case FP32 -> DType.F32;
      case BF16 -> DType.BF16;
      case INT8, INT4 -> Processor.bf16IsFast() ? DType.BF16 : DType.F32;
    };
  }

  /** Whether matrices are kept as integers. */
  public boolean quantises() {
    return this == INT8 || this == INT4;
  }

  /**
   * Whether an adapter that was trained on the one scores the same on the other but for rounding of
   * dense numbers: both are dense, or they are the same.
   */
  public boolean isLike(BasePrecision other) {
    return this == other || (!quantises() && !other.quantises());
  }

  /**
   * Matrices in this form one below another.
   *
   * @param parts of equal inputs, made by {@link #quantised}; closed here
   * @return the only one itself
   */
  public QuantisedMatrix joined(List<QuantisedMatrix> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    try {
      return switch (this) {
        case INT8 -> Int8Matrix.joined(parts.stream().map(Int8Matrix.class::cast).toList());
        case INT4 -> Int4Matrix.joined(parts.stream().map(Int4Matrix.class::cast).toList());
        case FP32, BF16 -> throw new IllegalArgumentException(id() + " keeps matrices dense");
      };
    } finally {
      parts.forEach(QuantisedMatrix::close);
    }
  }

  /**
   * A matrix in this form, which must be one that {@link #quantises()}.
   *
   * @param matrix any floating type {@code [o, i]}
   */
  public QuantisedMatrix quantised(Tensor matrix) {
    return switch (this) {
      case INT8 -> Int8Matrix.of(matrix);
      case INT4 -> Int4Matrix.of(matrix);
      case FP32, BF16 -> throw new IllegalArgumentException(id() + " keeps matrices dense");
    };
  }
}
