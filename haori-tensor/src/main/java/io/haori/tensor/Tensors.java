package io.haori.tensor;

import io.haori.core.weights.DType;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Makes tensors: of numbers, of random numbers, of other tensors. Each belongs to the current
 * {@link Scope}, which frees it. A wrong count or shape is an {@link IllegalArgumentException} or
 * the engine's {@link RuntimeException}: a fault of the program, never of its user.
 */
public final class Tensors {
  static {
    Engine.load();
  }

  private Tensors() {}

  /**
   * Copies numbers into a new tensor.
   *
   * @param values as many as the shape holds
   * @param shape one length a dimension
   * @return an F32 tensor
   */
  public static Tensor of(float[] values, long... shape) {
    requireCount(values.length, shape);
    Tensor made = empty(DType.F32, shape);
    made.buffer().asFloatBuffer().put(values);
    return made;
  }

  /**
   * Copies numbers into a new tensor.
   *
   * @param values as many as the shape holds
   * @param shape one length a dimension
   * @return an F64 tensor
   */
  public static Tensor of(double[] values, long... shape) {
    requireCount(values.length, shape);
    Tensor made = empty(DType.F64, shape);
    made.buffer().asDoubleBuffer().put(values);
    return made;
  }

  /**
   * Copies numbers into a new tensor.
   *
   * @param values as many as the shape holds
   * @param shape one length a dimension
   * @return an I64 tensor
   */
  public static Tensor of(long[] values, long... shape) {
    requireCount(values.length, shape);
    Tensor made = empty(DType.I64, shape);
    made.buffer().asLongBuffer().put(values);
    return made;
  }

  /**
   * Copies raw elements in the machine's byte order.
   *
   * @param bytes from position to limit exactly the tensor's bytes; any kind of buffer
   * @param dtype type of the elements
   * @param shape one length a dimension
   * @return a new tensor
   */
  public static Tensor ofBytes(ByteBuffer bytes, DType dtype, long... shape) {
    Tensor made = empty(dtype, shape);
    if (bytes.remaining() != made.byteCount()) {
      throw new IllegalArgumentException(
          bytes.remaining() + " bytes for " + dtype + Arrays.toString(shape));
    }
    made.buffer().put(bytes.duplicate());
    return made;
  }

  /** A tensor whose elements are not set. */
  public static Tensor empty(DType dtype, long... shape) {
    return new Tensor(torch.torch_empty(shape, options(dtype), new MemoryFormatOptional()));
  }

  /** A tensor of zeros. */
  public static Tensor zeros(DType dtype, long... shape) {
    return new Tensor(torch.torch_zeros(shape, options(dtype)));
  }

  /** A tensor of one value. */
  public static Tensor full(double value, DType dtype, long... shape) {
    return new Tensor(torch.torch_full(shape, new Scalar(value), options(dtype)));
  }

  /**
   * Uniform numbers of a Java generator, so that a seed gives the same tensor on every machine.
   *
   * @param random source of the numbers
   * @param low least value
   * @param high bound above, exclusive
   * @param shape one length a dimension
   * @return an F32 tensor
   */
  public static Tensor uniform(RandomGenerator random, double low, double high, long... shape) {
    float[] values = new float[count(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (low + (high - low) * random.nextDouble());
    }
    return of(values, shape);
  }

  /**
   * Normal numbers of a Java generator.
   *
   * @param random source of the numbers
   * @param deviation standard deviation; the mean is 0
   * @param shape one length a dimension
   * @return an F32 tensor
   */
  public static Tensor normal(RandomGenerator random, double deviation, long... shape) {
    float[] values = new float[count(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return of(values, shape);
  }

  /**
   * Ones with probability {@code keep}, else zeros, from the engine's generator with its own seed:
   * the same seed gives the same mask whatever ran before.
   *
   * @param keep share of ones
   * @param seed of this mask alone
   * @param dtype type of the elements
   * @param shape one length a dimension
   * @return the mask
   */
  public static Tensor bernoulli(double keep, long seed, DType dtype, long... shape) {
    try (Scope scope = Scope.open()) {
      Tensor mask = empty(dtype, shape);
      var generator = torch.make_generator_cpu(seed);
      mask.handle.bernoulli_(keep, new org.bytedeco.pytorch.GeneratorOptional(generator));
      return scope.keep(mask);
    }
  }

  /** Joins tensors along a dimension that they have. */
  public static Tensor cat(List<Tensor> parts, int dimension) {
    return new Tensor(torch.cat(vector(parts), dimension));
  }

  /** Joins tensors of one shape along a new dimension. */
  public static Tensor stack(List<Tensor> parts, int dimension) {
    return new Tensor(torch.stack(vector(parts), dimension));
  }

  private static TensorOptions options(DType dtype) {
    return new TensorOptions(ScalarTypes.of(dtype));
  }

  static TensorVector vector(List<Tensor> parts) {
    var handles = new org.bytedeco.pytorch.Tensor[parts.size()];
    for (int i = 0; i < handles.length; i++) {
      handles[i] = parts.get(i).handle;
    }
    return new TensorVector(handles);
  }

  private static void requireCount(int values, long[] shape) {
    if (values != count(shape)) {
      throw new IllegalArgumentException(values + " values for " + Arrays.toString(shape));
    }
  }

  private static int count(long[] shape) {
    long count = 1;
    for (long length : shape) {
      count = Math.multiplyExact(count, length);
    }
    return Math.toIntExact(count);
  }
}
