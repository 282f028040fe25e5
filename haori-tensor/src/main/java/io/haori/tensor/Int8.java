package io.haori.tensor;

import io.haori.core.weights.DType;
import org.jspecify.annotations.Nullable;

/**
 * Products of matrices of 8-bit integers, each row of which has one scale: {@code a[n, i] ≈
 * scales[n] · codes[n, i]} with {@code scales[n] = max |a[n, ·]| / 127} and codes between −127 and
 * 127 (symmetric, by row: Dettmers et al. 2022, LLM.int8, arXiv 2208.07339, section 2). A product
 * adds up in 32 bits, exactly; all that is lost is lost by rounding to codes, about 1 % of the
 * result against 0.3 % in BF16.
 */
public final class Int8 {
  private static final double LARGEST = 127;

  private Int8() {}

  /**
   * A matrix as codes. Behind its rows lie some more, of no meaning, which round their number up.
   *
   * @param codes I8 {@code [m, i]}, dense
   * @param scales F32 {@code [m, 1]}
   * @param count n, at most m
   */
  public record Rows(Tensor codes, Tensor scales, long count) {
    /** The numbers that the codes are for, F32 {@code [n, i]}. */
    public Tensor dense() {
      return codes.narrow(0, 0, count).to(DType.F32).mulInPlace(scales.narrow(0, 0, count));
    }
  }

  /**
   * Rounds each row to codes.
   *
   * @param x F32 or BF16 {@code [n, i]}
   */
  public static Rows quantise(Tensor x) {
    Tensor dense = x.contiguous();
    long count = dense.size(0);
    long step = step(count);
    long padded = (count + step - 1) / step * step;
    Tensor codes = Tensors.empty(DType.I8, padded, dense.size(1));
    Tensor scales = Tensors.empty(DType.F32, padded, 1);
    long whole = hasProducts() ? count - count % step : 0;
    if (whole > 0) {
      Tensor part = converted(dense.narrow(0, 0, whole));
      Int8Primitives primitives = Int8Primitives.ofThread();
      Tensor ofPart = scales(scales.narrow(0, 0, whole), primitives.largestSizes(part));
      primitives.quantise(part, ofPart, codes.narrow(0, 0, whole));
    }
    if (whole < count) {
      Tensor rest = dense.narrow(0, whole, count - whole).to(DType.F32);
      Tensor ofRest = scales(scales.narrow(0, whole, count - whole), rest.abs().max(1));
      codes.narrow(0, whole, count - whole).copyInPlace(rest.div(ofRest).roundInPlace());
    }
    return new Rows(codes, scales, count);
  }

  /**
   * Rounds the rows of a matrix that inputs and gradients are multiplied with. Where the processor
   * adds up only some codes exactly, larger scales keep to those; elsewhere this is {@link
   * #quantise}.
   *
   * @param matrix F32 or BF16 {@code [o, i]}; its first row must be an even one of the weight
   */
  public static Rows quantiseWeight(Tensor matrix) {
    if (Int8Primitives.exactCodes() != Int8Codes.PAIRED) {
      return quantise(matrix);
    }
    Tensor dense = matrix.to(DType.F32);
    Tensor scales = Int8Pairs.scales(dense);
    return new Rows(dense.div(scales).roundInPlace().to(DType.I8), scales, dense.size(0));
  }

  /**
   * Whether a weight of some rows of {@link #quantiseWeight}, or of several of them one below
   * another, has products from its codes.
   *
   * @param row of those at which a part begins
   */
  public static boolean mayBegin(long row) {
    return row % 2 == 0 || Int8Primitives.exactCodes() == Int8Codes.ALL;
  }

  private static Tensor converted(Tensor x) {
    return Int8Primitives.haveBf16() ? x : x.to(DType.F32);
  }

  /** A row of zeros is divided by the smallest normal number, and stays zero. */
  private static Tensor scales(Tensor target, Tensor largest) {
    return target.copyInPlace(largest.mulInPlace(1 / LARGEST).atLeastInPlace(Float.MIN_NORMAL));
  }

  /** What a number of rows is rounded to: few shapes, and at most an eighth too many rows. */
  private static long step(long rows) {
    return Math.max(8, Math.min(64, Long.highestOneBit(rows) / 8));
  }

  /**
   * {@code x wᵀ [+ b]}.
   *
   * @param x {@code [n, i]}
   * @param weight I8 {@code [o, i]}
   * @param weightScales F32 {@code [o]}
   * @param bias {@code [o]}, of the result's type; null for none
   * @param dtype of the result, F32 or BF16
   * @return {@code [n, o]}
   */
  public static Tensor linear(
      Rows x, Tensor weight, Tensor weightScales, @Nullable Tensor bias, DType dtype) {
    if (!hasProducts()) {
      Tensor dense = weight.to(DType.F32).mulInPlace(weightScales.view(weight.size(0), 1));
      Tensor added = bias == null ? null : bias.to(DType.F32);
      return Kernels.linear(x.dense(), dense, added).to(dtype);
    }
    Tensor y = Tensors.empty(computed(dtype), x.codes().size(0), weight.size(0));
    Int8Primitives.ofThread().byColumns(x.codes(), x.scales(), weight, weightScales, bias, y);
    return y.narrow(0, 0, x.count()).to(dtype);
  }

  private static DType computed(DType dtype) {
    return Int8Primitives.haveBf16() ? dtype : DType.F32;
  }

  /**
   * {@code x w}.
   *
   * @param x {@code [n, o]}
   * @param weight I8 {@code [o, i]}, without scales: what belongs to its rows is in x
   * @param dtype of the result, F32 or BF16
   * @return {@code [n, i]}
   */
  public static Tensor product(Rows x, Tensor weight, DType dtype) {
    if (!hasProducts()) {
      return Kernels.product(x.dense(), weight.to(DType.F32), 1.0).to(dtype);
    }
    Tensor y = Tensors.empty(computed(dtype), x.codes().size(0), weight.size(1));
    Int8Primitives.ofThread().byRows(x.codes(), x.scales(), weight, y, false);
    return y.narrow(0, 0, x.count()).to(dtype);
  }

  /**
   * Adds {@code x w} to what is there.
   *
   * @param target dense, F32 or BF16 {@code [n, i]}
   * @param x {@code [n, o]}
   * @param weight I8 {@code [o, i]}, without scales
   */
  public static void addProductInPlace(Tensor target, Rows x, Tensor weight) {
    long whole = x.codes().size(0);
    if (whole == x.count() && Int8Primitives.addToTarget()) {
      Int8Primitives.ofThread().byRows(x.codes(), x.scales(), weight, target, true);
    } else {
      target.addInPlace(product(x, weight, target.dtype()));
    }
  }

  /** Whether products run on the processor's integers, and not on dense copies. */
  public static boolean hasProducts() {
    return Int8Primitives.exactCodes() != Int8Codes.NONE;
  }
}
