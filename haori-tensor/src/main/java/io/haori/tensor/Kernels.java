package io.haori.tensor;

import io.haori.core.weights.DType;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The products and row-wise operations that a transformer's step is made of, forward and backward,
 * each on the fastest path that was measured for its precision.
 */
public final class Kernels {
  /** Up to this length of the summed dimension, writing a product costs more than computing it. */
  private static final int NARROW = 128;

  /** Numbers of F32 in 2 kB, see {@link #rowsCollide}. */
  private static final int COLLIDING_COLUMNS = 512;

  private static final int LEAST_COLLIDING_ROWS = 32;
  private static final int MOST_COLLIDING_ROWS = 352;

  private Kernels() {}

  /**
   * Linear layer {@code x wᵀ + b}.
   *
   * @param x {@code [n, i]}
   * @param weight {@code [o, i]}
   * @param bias {@code [o]} or null
   * @return {@code [n, o]}
   */
  public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
    if (isFused(x, weight, bias)) {
      return OneDnn.instance().linear(x, weight, bias);
    }
    return new Tensor(
        bias == null
            ? torch.linear(x.handle, weight.handle)
            : torch.linear(x.handle, weight.handle, new TensorOptional(bias.handle)));
  }

  /**
   * In bf16 both ways end in oneDNN. libtorch's copies the bias first, which the fused one saves;
   * but for widths that are no multiple of 512 that one was measured up to twice as slow.
   */
  private static boolean isFused(Tensor x, Tensor weight, @Nullable Tensor bias) {
    boolean fused =
        x.dtype() == DType.F32
            || (bias != null && weight.size(0) % 512 == 0 && OneDnn.instance().hasBf16());
    return fused && bigEnough(x, weight);
  }

  /**
   * Matrix product {@code factor · a b}.
   *
   * @param a {@code [n, k]}
   * @param b {@code [k, m]}
   * @param factor scales the product
   * @return {@code [n, m]}
   */
  public static Tensor product(Tensor a, Tensor b, double factor) {
    Tensor product =
        a.dtype() == DType.F32 && bigEnough(a, b) && !rowsCollide(a, b)
            ? OneDnn.instance().linear(a, b.t(), null)
            : new Tensor(torch.mm(a.handle, b.handle));
    return factor == 1.0 ? product : product.mulInPlace(factor);
  }

  /**
   * Sum of a matrix and a product, {@code addend + factor · a b}, freshly made.
   *
   * @param addend {@code [n, m]}
   * @param a {@code [n, k]}
   * @param b {@code [k, m]}
   * @param factor scales the product
   * @return {@code [n, m]}
   */
  public static Tensor productPlus(Tensor addend, Tensor a, Tensor b, double factor) {
    if (a.dtype() == DType.F32 && bigEnough(a, b)) {
      return product(a, b, factor).addInPlace(addend);
    }
    return new Tensor(
        torch.addmm(addend.handle, a.handle, b.handle, new Scalar(1.0), new Scalar(factor)));
  }

  /**
   * Adds a product in place, {@code target += factor · a b}. Where k is small, as in a low-rank
   * update, MKL adds it while it computes; oneDNN would write a product of the target's size first,
   * which is then read again (1.2 ms against 0.2 for k = 8 and 4,096 rows of 384 columns).
   *
   * @param target {@code [n, m]}
   * @param a {@code [n, k]}
   * @param b {@code [k, m]}
   * @param factor scales the product
   */
  public static void addProductInPlace(Tensor target, Tensor a, Tensor b, double factor) {
    if (a.dtype() == DType.F32 && a.size(1) > NARROW && bigEnough(a, b)) {
      target.addScaledInPlace(product(a, b, 1.0), factor);
    } else {
      target.addMatmulInPlace(a, b, factor);
    }
  }

  /**
   * Sums over the rows of two matrices.
   *
   * @param products {@code Σ_n a[n, j] b[n, j]}, F32 {@code [m]}
   * @param sums {@code Σ_n b[n, j]}, F32 {@code [m]}
   */
  public record ColumnSums(Tensor products, Tensor sums) {}

  /**
   * Sums over the rows of two matrices, both in one pass over memory.
   *
   * @param a {@code [n, m]}
   * @param b {@code [n, m]}, of the same type
   */
  public static ColumnSums columnSums(Tensor a, Tensor b) {
    // The gradients of a batch normalisation with mean 0 and deviation 1 are just these sums, and
    // its kernel adds in F32 whatever the type; a product and two sums take twice the time or more.
    Tensor zeros = Tensors.zeros(DType.F32, a.size(1));
    Tensor ones = Tensors.full(1.0, DType.F32, a.size(1));
    BoolPointer wanted = new BoolPointer(3);
    wanted.put(0, false).put(1, true).put(2, true);
    var result =
        torch.native_batch_norm_backward(
            channelsLast(b).handle,
            channelsLast(a).handle,
            new TensorOptional(ones.handle),
            new TensorOptional(zeros.handle),
            new TensorOptional(ones.handle),
            new TensorOptional(),
            new TensorOptional(),
            false,
            0.0,
            wanted);
    return new ColumnSums(Tensor.own(result.get1()), Tensor.own(result.get2()));
  }

  /** {@code [n, m]} as one image of m channels whose n positions lie one after another. */
  private static Tensor channelsLast(Tensor matrix) {
    Tensor dense = matrix.contiguous();
    return dense.view(1, dense.size(0), 1, dense.size(1)).permute(0, 3, 1, 2);
  }

  /**
   * Whether oneDNN is the faster one for a product in F32. Its second operand must be dense, as it
   * is or transposed: for a slice of columns it falls back to plain loops, a thousand times slower.
   */
  private static boolean bigEnough(Tensor a, Tensor b) {
    long least = Math.min(a.size(0), Math.min(b.size(0), b.size(1)));
    return least >= 8 && a.size(0) * b.count() > 1 << 18 && isDense(b);
  }

  /**
   * Whether oneDNN's AVX2 path, which copies a row-major second operand only for many rows, is the
   * slower one: where its rows begin multiples of 2 kB apart, a column's numbers fall into a few
   * sets of the cache (1.2 s against 0.65 for the gradient {@code [341, 151936] × [151936, 1024]}).
   */
  private static boolean rowsCollide(Tensor a, Tensor b) {
    return !Processor.hasAvx512()
        && a.size(0) >= LEAST_COLLIDING_ROWS
        && a.size(0) <= MOST_COLLIDING_ROWS
        && b.handle.stride(1) == 1
        && b.size(1) % COLLIDING_COLUMNS == 0;
  }

  private static boolean isDense(Tensor b) {
    long down = b.handle.stride(0);
    long across = b.handle.stride(1);
    return (across == 1 && down == b.size(1)) || (down == 1 && across == b.size(0));
  }

  /**
   * What layer normalisation returns.
   *
   * @param output {@code [n, h]}
   * @param mean {@code [n, 1]}, for the gradient
   * @param inverseDeviation {@code [n, 1]}, for the gradient
   */
  public record LayerNormResult(Tensor output, Tensor mean, Tensor inverseDeviation) {}

  /**
   * Layer normalisation over the last dimension.
   *
   * @param x {@code [n, h]}
   * @param gain {@code [h]}
   * @param shift {@code [h]} or null
   * @param epsilon added to the variance
   */
  public static LayerNormResult layerNorm(
      Tensor x, Tensor gain, @Nullable Tensor shift, double epsilon) {
    var result =
        torch.native_layer_norm(
            x.handle,
            new long[] {x.size(-1)},
            new TensorOptional(gain.handle),
            optional(shift),
            epsilon);
    return new LayerNormResult(
        Tensor.own(result.get0()), Tensor.own(result.get1()), Tensor.own(result.get2()));
  }

  /**
   * Gradients of layer normalisation.
   *
   * @param shift {@code [h]} or null
   * @param parameters whether those of gain and shift are wanted
   * @return with respect to x, and to gain and shift when wanted and there
   */
  public static Tensor[] layerNormBackward(
      Tensor outputGradient,
      Tensor x,
      Tensor mean,
      Tensor inverseDeviation,
      Tensor gain,
      @Nullable Tensor shift,
      boolean parameters) {
    BoolPointer wanted = new BoolPointer(3);
    wanted.put(0, true).put(1, parameters).put(2, parameters && shift != null);
    var result =
        torch.native_layer_norm_backward(
            outputGradient.handle,
            x.handle,
            new long[] {x.size(-1)},
            mean.handle,
            inverseDeviation.handle,
            new TensorOptional(gain.handle),
            optional(shift),
            wanted);
    Tensor dx = Tensor.own(result.get0());
    if (!parameters) {
      return new Tensor[] {dx};
    }
    Tensor dGain = Tensor.own(result.get1());
    return shift == null
        ? new Tensor[] {dx, dGain}
        : new Tensor[] {dx, dGain, Tensor.own(result.get2())};
  }

  private static TensorOptional optional(@Nullable Tensor tensor) {
    return tensor == null ? new TensorOptional() : new TensorOptional(tensor.handle);
  }

  /** Gradient of the exact GELU with respect to its input. */
  public static Tensor geluBackward(Tensor outputGradient, Tensor input) {
    return new Tensor(torch.gelu_backward(outputGradient.handle, input.handle));
  }

  /** Gradient of the GELU's approximation with tanh with respect to its input. */
  public static Tensor tanhGeluBackward(Tensor outputGradient, Tensor input) {
    return new Tensor(torch.gelu_backward(outputGradient.handle, input.handle, "tanh"));
  }

  /** Gradient of {@code x σ(x)} with respect to x. */
  public static Tensor siluBackward(Tensor outputGradient, Tensor input) {
    return new Tensor(torch.silu_backward(outputGradient.handle, input.handle));
  }

  /** Gradient of a softmax over the last dimension, from its output. */
  public static Tensor softmaxBackward(Tensor outputGradient, Tensor output) {
    return OneDnn.instance().softmaxBackward(outputGradient, output);
  }

  /**
   * Fused attention (CPU, fp32).
   *
   * @param q {@code [b, heads, s, d]}, any strides but the last dense; k and v likewise
   * @param mask added to the scores, broadcast to {@code [b, heads, s, s]}; or null
   * @param scale of the scores
   * @return the output {@code [b, heads, s, d]} and the log-sum-exp {@code [b, heads, s]}
   */
  public static Tensor[] attention(
      Tensor q, Tensor k, Tensor v, @Nullable Tensor mask, double scale) {
    return OneDnn.instance().attention(q, k, v, mask, scale);
  }

  /** Gradients of {@link #attention} with respect to q, k and v. */
  public static Tensor[] attentionBackward(
      Tensor outputGradient,
      Tensor q,
      Tensor k,
      Tensor v,
      Tensor output,
      Tensor logSumExp,
      @Nullable Tensor mask,
      double scale) {
    return OneDnn.instance()
        .attentionBackward(outputGradient, q, k, v, output, logSumExp, mask, scale);
  }
}
