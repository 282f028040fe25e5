package io.haori.tensor;

import io.haori.core.weights.DType;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;

/**
 * Products of a few rows with matrices of 8- or 4-bit codes, by kernels of libtorch that read the
 * codes as they are kept: what a single row costs is the reading of the matrix, so fewer bits are
 * faster (weight-only quantisation, as in Frantar et al. 2022, GPTQ, arXiv 2210.17323, section 4).
 * The rows and the result are rounded to BF16, sums are kept in 32 bits. With more rows products of
 * dense copies are faster.
 *
 * <p>Whether a kernel is there, and in which order it reads 4-bit codes, is found out once by small
 * products whose results are known.
 */
public final class WeightOnly {
  /** Rows up to which these products were measured to be faster than those of dense copies. */
  public static final int MOST_ROWS = 32;

  /** Columns of one scale of 4-bit codes. */
  public static final int INT4_GROUP = 64;

  /** Columns of 8-bit matrices must be a multiple of this, and rows, too. */
  private static final int ALIGNED = 32;

  /** Widths of a block of 4-bit rows: with instructions on 256 bits, and on 512. */
  private static final int[] BLOCKS = {32, 64};

  private static final double CLOSE = 0.02;

  private static final class Holder {
    static final OperatorHandle INT8 = find("aten::_weight_int8pack_mm");
    static final OperatorHandle INT4 = find("aten::_weight_int4pack_mm_for_cpu");
    static final boolean HAS_INT8 = isRight(Holder::int8IsRight);
    static final int INT4_BLOCK = int4Block();

    private static OperatorHandle find(String name) {
      // Kept for the process: whichever scope is open at first use must not free it.
      return Dispatcher.singleton().findSchemaOrThrow(name, "").retainReference();
    }

    private static int int4Block() {
      for (int block : BLOCKS) {
        if (isRight(() -> int4IsRight(block))) {
          return block;
        }
      }
      return 0;
    }

    private static boolean isRight(BooleanSupplier probe) {
      try (Scope scope = Scope.open()) {
        return probe.getAsBoolean();
      } catch (RuntimeException e) {
        return false;
      }
    }

    private static boolean int8IsRight() {
      int outputs = 3 * ALIGNED;
      int inputs = 2 * ALIGNED;
      Tensor codes = sawtooth(251, outputs, inputs).add(-125);
      Tensor ones = Tensors.full(1, DType.BF16, outputs);
      Tensor packed = codes.to(DType.I8);
      boolean right = true;
      for (int rows : new int[] {1, 3, 4, 9}) {
        Tensor x = sawtooth(13, rows, inputs).add(-6).to(DType.BF16);
        right &= isClose(multiply(INT8, x, packed, ones), x, codes);
      }
      return right;
    }

    private static boolean int4IsRight(int block) {
      int outputs = 3 * block;
      int inputs = 2 * INT4_GROUP;
      Tensor codes = sawtooth(15, outputs, inputs);
      Tensor scale = sawtooth(3, 2, outputs, 1).add(1);
      Tensor zero = sawtooth(5, 2, outputs, 1).add(-2);
      Tensor scales = Tensors.cat(List.of(scale, zero), 2).to(DType.BF16);
      Tensor dense =
          codes
              .add(-8)
              .view(outputs, 2, INT4_GROUP)
              .mul(scale.permute(1, 0, 2).contiguous())
              .add(zero.permute(1, 0, 2).contiguous())
              .view(outputs, inputs);
      Tensor packed = packed(codes, block);
      boolean right = true;
      for (int rows : new int[] {1, 3, 4, 9}) {
        Tensor x = sawtooth(13, rows, inputs).add(-6).to(DType.BF16);
        right &= isClose(int4(x, packed, scales), x, dense);
      }
      return right;
    }

    /** Numbers from 0 to {@code period - 1}, again and again. */
    private static Tensor sawtooth(int period, long... shape) {
      int count = 1;
      for (long length : shape) {
        count = Math.multiplyExact(count, (int) length);
      }
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        // A step that has no divisor in common with the period visits all of its numbers.
        values[i] = (float) (i * 7L % period);
      }
      return Tensors.of(values, shape);
    }

    private static boolean isClose(Tensor got, Tensor x, Tensor dense) {
      Tensor wanted = x.to(DType.F32).matmul(dense.t());
      double scale = wanted.abs().max(0).max(1).item();
      return got.to(DType.F32).sub(wanted).abs().max(0).max(1).item() < CLOSE * scale;
    }
  }

  private WeightOnly() {}

  /**
   * Whether {@link #int8} computes a product.
   *
   * @param x {@code [n, i]}
   * @param outputs rows of the matrix
   */
  public static boolean hasInt8(Tensor x, long outputs) {
    return x.size(0) <= MOST_ROWS
        && x.size(1) % ALIGNED == 0
        && outputs % ALIGNED == 0
        && Holder.HAS_INT8;
  }

  /**
   * {@code x wᵀ} without the scales of w's rows.
   *
   * @param x any floating type {@code [n, i]}, see {@link #hasInt8}
   * @param codes I8 {@code [o, i]}, dense
   * @return BF16 {@code [n, o]}
   */
  public static Tensor int8(Tensor x, Tensor codes) {
    Tensor ones = Tensors.full(1, DType.BF16, codes.size(0));
    return multiply(Holder.INT8, x.to(DType.BF16).contiguous(), codes, ones);
  }

  /**
   * Whether {@link #int4} computes a product.
   *
   * @param rows n
   */
  public static boolean hasInt4(long rows) {
    return rows <= MOST_ROWS && Holder.INT4_BLOCK > 0;
  }

  /** Rows of a matrix of 4-bit codes that lie together, see {@link #packed}. */
  public static int int4Block() {
    return Holder.INT4_BLOCK > 0 ? Holder.INT4_BLOCK : BLOCKS[0];
  }

  /**
   * Puts 4-bit codes in the order in which products read them: in each block of rows the codes of
   * one column lie together, a row of the block's first half in the lower bits of a byte whose
   * upper bits are of the second half.
   *
   * @param codes F32 {@code [o, i]}, integers from 0 to 15; o a multiple of {@link #int4Block}
   * @return U8 {@code [o / block, i, block / 2]}
   */
  public static Tensor packed(Tensor codes) {
    return packed(codes, int4Block());
  }

  private static Tensor packed(Tensor codes, int block) {
    long inputs = codes.size(1);
    Tensor halves = codes.view(codes.size(0) / block, 2, block / 2L, inputs);
    Tensor bytes = halves.select(1, 0).add(halves.select(1, 1).mul(16));
    return bytes.permute(0, 2, 1).to(DType.U8).contiguous();
  }

  /**
   * {@code x wᵀ} with {@code w[o, i] = scale[i / 64, o] · (code[o, i] − 8) + zero[i / 64, o]}.
   *
   * @param x any floating type {@code [n, i]}, i a multiple of {@value #INT4_GROUP}
   * @param packed {@code [o / block, i, block / 2]}, see {@link #packed}
   * @param scales BF16 {@code [i / 64, o, 2]}, each scale with its zero, dense
   * @return BF16 {@code [n, o]}
   */
  public static Tensor int4(Tensor x, Tensor packed, Tensor scales) {
    Tensor codes = packed.view(scales.size(1), x.size(1) / 2);
    IValueVector stack =
        new IValueVector(
            new IValue(x.to(DType.BF16).contiguous().handle),
            new IValue(codes.handle),
            new IValue((long) INT4_GROUP),
            new IValue(scales.handle));
    Holder.INT4.callBoxed(stack);
    return Tensor.own(stack.get(0).toTensor());
  }

  private static Tensor multiply(OperatorHandle operator, Tensor... arguments) {
    IValue[] values = new IValue[arguments.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = new IValue(arguments[i].handle);
    }
    IValueVector stack = new IValueVector(values);
    operator.callBoxed(stack);
    return Tensor.own(stack.get(0).toTensor());
  }
}
