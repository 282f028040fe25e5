package io.haori.tensor;

import io.haori.core.weights.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * An array of numbers in native memory, row-major. Made in the current {@link Scope}, which frees
 * it. Methods whose name ends in {@code InPlace} change this tensor and return it; all others leave
 * it alone, but views ({@link #view}, {@link #narrow}, {@link #transpose}) share its memory.
 *
 * <p>Shapes are checked by the engine, which throws a {@link RuntimeException}: a wrong shape is a
 * fault of the program, never of its user.
 */
public final class Tensor implements AutoCloseable {
  static {
    Engine.load();
  }

  final org.bytedeco.pytorch.Tensor handle;

  Tensor(org.bytedeco.pytorch.Tensor handle) {
    this.handle = handle;
  }

  /**
   * A handle of its own to a tensor inside a tuple or a stack of results: their getters return
   * references into them, which dangle as soon as the tuple is freed.
   */
  static Tensor own(org.bytedeco.pytorch.Tensor borrowed) {
    return new Tensor(new org.bytedeco.pytorch.Tensor(borrowed));
  }

  // ---- what it is -------------------------------------------------------------------------

  /** Lengths of the dimensions. */
  public long[] shape() {
    return handle.shape();
  }

  /** Length of one dimension; negative counts from the end. */
  public long size(int dimension) {
    return handle.size(dimension);
  }

  /** Number of dimensions. */
  public int rank() {
    return (int) handle.dim();
  }

  /** Number of elements. */
  public long count() {
    return handle.numel();
  }

  /** Bytes of all elements. */
  public long byteCount() {
    return count() * dtype().bytes();
  }

  /** How many keep it in memory: its scope, each {@link #retain}, and each view of it. */
  public long holders() {
    return handle.use_count() - 1 + handle.referenceCount();
  }

  /** Whether the elements lie one after another in memory. */
  public boolean isDense() {
    return handle.is_contiguous();
  }

  /** Type of the elements. */
  public DType dtype() {
    return ScalarTypes.of(handle.scalar_type());
  }

  /** The elements as floats, row-major, whatever the type. */
  public float[] toFloats() {
    try (Scope scope = Scope.open()) {
      float[] values = new float[Math.toIntExact(count())];
      to(DType.F32).contiguous().buffer().asFloatBuffer().get(values);
      return values;
    }
  }

  /** The elements as doubles, row-major, whatever the type. */
  public double[] toDoubles() {
    try (Scope scope = Scope.open()) {
      double[] values = new double[Math.toIntExact(count())];
      to(DType.F64).contiguous().buffer().asDoubleBuffer().get(values);
      return values;
    }
  }

  /** The elements as longs, row-major, whatever the type. */
  public long[] toLongs() {
    try (Scope scope = Scope.open()) {
      long[] values = new long[Math.toIntExact(count())];
      to(DType.I64).contiguous().buffer().asLongBuffer().get(values);
      return values;
    }
  }

  /** The raw elements, copied, in the machine's byte order. */
  public byte[] toBytes() {
    try (Scope scope = Scope.open()) {
      byte[] values = new byte[Math.toIntExact(byteCount())];
      contiguous().buffer().get(values);
      return values;
    }
  }

  /** The only element. */
  public double item() {
    return handle.item_double();
  }

  /** Whether every element is finite. */
  public boolean isFinite() {
    // NaN and infinities survive a sum: one pass, nothing else in memory. A sum of finite numbers
    // may be too large itself, so only then each is multiplied by zero first.
    try (Scope scope = Scope.open()) {
      Tensor numbers = to(DType.F32);
      return Double.isFinite(numbers.sum().item()) || Double.isFinite(numbers.mul(0).sum().item());
    }
  }

  /** Whether the other has the same shape, type and elements. */
  public boolean equalTo(Tensor other) {
    return dtype() == other.dtype()
        && Arrays.equals(shape(), other.shape())
        && handle.equal(other.handle);
  }

  /**
   * The elements in native memory, without a copy; valid as long as this tensor.
   *
   * @return a buffer in the machine's byte order
   */
  public ByteBuffer buffer() {
    if (!handle.is_contiguous()) {
      throw new IllegalStateException("only a contiguous tensor has a buffer");
    }
    if (count() == 0) {
      // The engine gives such a tensor no address.
      return ByteBuffer.allocate(0);
    }
    Pointer data = handle.data_ptr();
    return new BytePointer(data).capacity(byteCount()).asBuffer().order(ByteOrder.nativeOrder());
  }

  // ---- other views and copies -------------------------------------------------------------

  /** Converted to a type; itself when it has that type already. */
  public Tensor to(DType dtype) {
    return dtype() == dtype ? this : new Tensor(handle.to(ScalarTypes.of(dtype)));
  }

  /** A copy with its own memory. */
  public Tensor copy() {
    return new Tensor(handle.clone());
  }

  /** The same elements under another shape; a view. */
  public Tensor view(long... shape) {
    return new Tensor(handle.view(shape));
  }

  /** The same elements under another shape; a view where possible, else a copy. */
  public Tensor reshape(long... shape) {
    return new Tensor(handle.reshape(shape));
  }

  /** Two dimensions swapped; a view. */
  public Tensor transpose(int first, int second) {
    return new Tensor(handle.transpose(first, second));
  }

  /** A matrix transposed; a view. */
  public Tensor t() {
    return new Tensor(handle.t());
  }

  /** Dimensions in another order; a view. */
  public Tensor permute(long... order) {
    return new Tensor(handle.permute(order));
  }

  /** A range of one dimension; a view. */
  public Tensor narrow(int dimension, long start, long length) {
    return new Tensor(handle.narrow(dimension, start, length));
  }

  /** One index of a dimension, which disappears; a view. */
  public Tensor select(int dimension, long index) {
    return new Tensor(handle.select(dimension, index));
  }

  /** A dimension of length 1 put in; a view. */
  public Tensor unsqueeze(int dimension) {
    return new Tensor(handle.unsqueeze(dimension));
  }

  /** Dimensions of length 1 repeated without a copy; a view. */
  public Tensor expand(long... shape) {
    return new Tensor(handle.expand(shape));
  }

  /** Row-major in memory: itself when it is so already. */
  public Tensor contiguous() {
    return handle.is_contiguous() ? this : new Tensor(handle.contiguous());
  }

  /** Rows (or other slices) picked by index. */
  public Tensor indexSelect(int dimension, Tensor index) {
    return new Tensor(handle.index_select(dimension, index.handle));
  }

  /** Elements picked by index along a dimension: {@code out[i][j] = this[i][index[i][j]]}. */
  public Tensor gather(int dimension, Tensor index) {
    return new Tensor(handle.gather(dimension, index.handle));
  }

  // ---- arithmetic ---------------------------------------------------------------------------

  /** Sum. */
  public Tensor add(Tensor other) {
    return new Tensor(handle.add(other.handle));
  }

  /** Difference. */
  public Tensor sub(Tensor other) {
    return new Tensor(handle.sub(other.handle));
  }

  /** Product, element by element. */
  public Tensor mul(Tensor other) {
    return new Tensor(handle.mul(other.handle));
  }

  /** Quotient, element by element. */
  public Tensor div(Tensor other) {
    return new Tensor(handle.div(other.handle));
  }

  /** Sum with a number. */
  public Tensor add(double number) {
    return new Tensor(handle.add(new Scalar(number)));
  }

  /** Product with a number. */
  public Tensor mul(double number) {
    return new Tensor(handle.mul(new Scalar(number)));
  }

  /** This plus {@code factor} times the other. */
  public Tensor addScaled(Tensor other, double factor) {
    return new Tensor(handle.add(other.handle, new Scalar(factor)));
  }

  /** This plus the product of two tensors, element by element, times a factor. */
  public Tensor addProduct(Tensor first, Tensor second, double factor) {
    return new Tensor(torch.addcmul(handle, first.handle, second.handle, new Scalar(factor)));
  }

  /** Every element that is below a number replaced by it. */
  public Tensor atLeast(double number) {
    return new Tensor(handle.clamp_min(new Scalar(number)));
  }

  /** Replaces every element that is below a number by it, here. */
  public Tensor atLeastInPlace(double number) {
    handle.clamp_min_(new Scalar(number));
    return this;
  }

  /** Replaces every element that is above a number by it, here. */
  public Tensor atMostInPlace(double number) {
    handle.clamp_max_(new Scalar(number));
    return this;
  }

  /** Replaces every element by the other's where that is greater, here. */
  public Tensor maxInPlace(Tensor other) {
    return copyInPlace(new Tensor(torch.maximum(handle, other.handle)));
  }

  /** The lowest bits of each byte, as a byte. */
  public Tensor lowBits(int count) {
    return new Tensor(handle.__and__(new Scalar((1L << count) - 1)));
  }

  /** The highest bits of each byte, as a byte. */
  public Tensor highBits(int count) {
    return new Tensor(handle.__rshift__(new Scalar(8L - count)));
  }

  /** Rounds every element to the nearest integer, halves to even, here. */
  public Tensor roundInPlace() {
    handle.round_();
    return this;
  }

  /** Adds the other here. */
  public Tensor addInPlace(Tensor other) {
    handle.add_(other.handle);
    return this;
  }

  /** Adds {@code factor} times the other here. */
  public Tensor addScaledInPlace(Tensor other, double factor) {
    handle.add_(other.handle, new Scalar(factor));
    return this;
  }

  /** Multiplies here, element by element. */
  public Tensor mulInPlace(Tensor other) {
    handle.mul_(other.handle);
    return this;
  }

  /** Multiplies here with a number. */
  public Tensor mulInPlace(double number) {
    handle.mul_(new Scalar(number));
    return this;
  }

  /** Divides here, element by element. */
  public Tensor divInPlace(Tensor other) {
    handle.div_(other.handle);
    return this;
  }

  /** Adds the product of two tensors, element by element, times a factor here. */
  public Tensor addProductInPlace(Tensor first, Tensor second, double factor) {
    handle.addcmul_(first.handle, second.handle, new Scalar(factor));
    return this;
  }

  /** Overwrites the elements, converting their type. */
  public Tensor copyInPlace(Tensor source) {
    handle.copy_(source.handle);
    return this;
  }

  /** Adds a number to the diagonal of a matrix. */
  public Tensor addToDiagonalInPlace(double number) {
    handle.diagonal().add_(new Scalar(number));
    return this;
  }

  /** Sets all elements to zero. */
  public Tensor zeroInPlace() {
    handle.zero_();
    return this;
  }

  /**
   * Adds a matrix product here: {@code this = this + factor · first second}.
   *
   * @param first {@code [n, k]}
   * @param second {@code [k, m]}
   * @param factor scales the product
   * @return this, {@code [n, m]}
   */
  public Tensor addMatmulInPlace(Tensor first, Tensor second, double factor) {
    handle.addmm_(first.handle, second.handle, new Scalar(1.0), new Scalar(factor));
    return this;
  }

  /** Adds rows of the source here at the given indices: {@code this[index[i]] += source[i]}. */
  public Tensor indexAddInPlace(int dimension, Tensor index, Tensor source) {
    handle.index_add_(dimension, index.handle, source.handle);
    return this;
  }

  /** Adds elements of the source here by index: {@code this[i][index[i][j]] += source[i][j]}. */
  public Tensor scatterAddInPlace(int dimension, Tensor index, Tensor source) {
    handle.scatter_add_(dimension, index.handle, source.handle);
    return this;
  }

  /** Sets the elements where the mask holds. */
  public Tensor maskedFillInPlace(Tensor mask, double value) {
    handle.masked_fill_(mask.handle, new Scalar(value));
    return this;
  }

  /** Matrix product over the last two dimensions. */
  public Tensor matmul(Tensor other) {
    return new Tensor(handle.matmul(other.handle));
  }

  /**
   * Batched matrix product.
   *
   * @param other {@code [b, k, m]} to this {@code [b, n, k]}
   * @return {@code [b, n, m]}
   */
  public Tensor batchMatmul(Tensor other) {
    // Not baddbmm with a factor: in bf16 it leaves the fast path (5 ms against 1 ms).
    return new Tensor(handle.bmm(other.handle));
  }

  /**
   * Batched matrix product into memory that is there already.
   *
   * @param other {@code [b, k, m]} to this {@code [b, n, k]}
   * @param target {@code [b, n, m]}, contiguous; overwritten
   */
  public void batchMatmulInto(Tensor other, Tensor target) {
    torch.bmm_out(target.handle, handle, other.handle);
  }

  /** Softmax over the last dimension. */
  public Tensor softmax() {
    return new Tensor(torch.softmax(handle, -1));
  }

  /** Logarithm of the softmax over the last dimension. */
  public Tensor logSoftmax() {
    return new Tensor(torch.log_softmax(handle, -1));
  }

  /** Gaussian error linear unit, the exact form with erf. */
  public Tensor gelu() {
    return new Tensor(torch.gelu(handle));
  }

  /** Gaussian error linear unit, its approximation with tanh. */
  public Tensor tanhGelu() {
    return new Tensor(torch.gelu(handle, "tanh"));
  }

  /** {@code x σ(x)} of each element. */
  public Tensor silu() {
    return new Tensor(torch.silu(handle));
  }

  /** Hyperbolic tangent. */
  public Tensor tanh() {
    return new Tensor(torch.tanh(handle));
  }

  /** Logistic function. */
  public Tensor sigmoid() {
    return new Tensor(torch.sigmoid(handle));
  }

  /** Rectified linear unit. */
  public Tensor relu() {
    return new Tensor(torch.relu(handle));
  }

  /** e to the power of each element. */
  public Tensor exp() {
    return new Tensor(handle.exp());
  }

  /** Natural logarithm. */
  public Tensor log() {
    return new Tensor(handle.log());
  }

  /** Square root. */
  public Tensor sqrt() {
    return new Tensor(handle.sqrt());
  }

  /** One over the square root. */
  public Tensor reciprocalSqrt() {
    return new Tensor(handle.rsqrt());
  }

  /** Square. */
  public Tensor square() {
    return new Tensor(handle.square());
  }

  /** Absolute value. */
  public Tensor abs() {
    return new Tensor(handle.abs());
  }

  /** Sum of all elements, a tensor without dimensions. */
  public Tensor sum() {
    return new Tensor(handle.sum());
  }

  /** Mean of all elements, a tensor without dimensions. */
  public Tensor mean() {
    return new Tensor(handle.mean());
  }

  /** Sum over one dimension. */
  public Tensor sum(int dimension, boolean keep) {
    return new Tensor(handle.sum(new long[] {dimension}, keep, new ScalarTypeOptional()));
  }

  /** Mean over one dimension. */
  public Tensor mean(int dimension, boolean keep) {
    return new Tensor(handle.mean(new long[] {dimension}, keep, new ScalarTypeOptional()));
  }

  /** Greatest element along a dimension, which is kept with the length 1. */
  public Tensor max(int dimension) {
    return new Tensor(handle.amax(new long[] {dimension}, true));
  }

  /** Index of the greatest element along a dimension. */
  public Tensor argmax(int dimension) {
    return new Tensor(handle.argmax(new LongOptional(dimension), false));
  }

  /** Where the elements equal a number. */
  public Tensor equalTo(double number) {
    return new Tensor(handle.eq(new Scalar(number)));
  }

  /**
   * Keeps this tensor beyond its scope: it is freed when the scope has closed and {@link #close()}
   * was called once for every {@code retain}.
   */
  public Tensor retain() {
    handle.retainReference();
    return this;
  }

  /**
   * Releases one hold on this tensor: that of its scope, or of a {@link #retain()}. Views of it
   * keep its memory alive.
   */
  @Override
  public void close() {
    handle.close();
  }

  @Override
  public String toString() {
    return dtype() + Arrays.toString(shape());
  }
}
