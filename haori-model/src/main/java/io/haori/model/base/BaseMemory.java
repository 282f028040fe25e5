package io.haori.model.base;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.model.weights.Weights;
import io.haori.tensor.quant.BasePrecision;
import io.haori.tensor.quant.Int4Matrix;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * How much memory a base takes while it is opened: what is kept of all tensors, and the largest as
 * it is stored, since one at a time is converted. Counted from the shapes in the files' headers,
 * before anything is allocated.
 */
public final class BaseMemory {
  /** Half a byte, and a part of the group's scale and zero in 16 bits each. */
  private static final double INT4_BYTES = 0.5 + 4.0 / Int4Matrix.GROUP;

  /** One byte, and of 64 columns one in floats. */
  private static final double INT8_BYTES = 1 + 4.0 / 64;

  private static final double GIGABYTE = 1L << 30;

  private BaseMemory() {}

  /**
   * Bytes that opening takes at most.
   *
   * @param weights of the base
   * @param precision how the matrices of its layers are kept
   */
  public static long bytes(Weights weights, BasePrecision precision) {
    double kept = 0;
    double largest = 0;
    for (String name : weights.names()) {
      long[] shape = weights.shape(name);
      double count = 1;
      for (long length : shape) {
        count *= length;
      }
      kept += count * (shape.length == 2 ? ofMatrix(precision) : of(precision.otherWeights()));
      // Rounding to integers begins with 32-bit floats.
      double converted = precision.quantises() ? of(DType.F32) : 0;
      largest = Math.max(largest, count * (of(weights.dtype(name)) + converted));
    }
    return (long) Math.ceil(kept + largest);
  }

  private static double ofMatrix(BasePrecision precision) {
    return switch (precision) {
      case INT4 -> INT4_BYTES;
      case INT8 -> INT8_BYTES;
      case FP32, BF16 -> of(precision.otherWeights());
    };
  }

  private static double of(DType dtype) {
    return dtype.bytes();
  }

  /**
   * Refuses a base that there is no room for.
   *
   * @param name of the base
   * @param weights of the base
   * @param precision how the matrices of its layers are to be kept
   * @param available bytes that can be had; empty where that is not known
   * @throws UserError when it takes more than there is
   */
  public static void requireRoom(
      String name, Weights weights, BasePrecision precision, OptionalLong available) {
    long needed = bytes(weights, precision);
    if (available.isEmpty() || needed <= available.getAsLong()) {
      return;
    }
    long least = bytes(weights, BasePrecision.INT4);
    throw new UserError(
        "free memory must be at least "
            + gigabytes(needed)
            + " for base "
            + name
            + " in "
            + precision.id()
            + ", got "
            + gigabytes(available.getAsLong())
            + (least < needed ? "; basePrecision int4 takes " + gigabytes(least) : ""));
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / GIGABYTE);
  }
}
