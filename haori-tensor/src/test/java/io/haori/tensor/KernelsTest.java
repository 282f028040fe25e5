package io.haori.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products by whichever library: the same numbers for matrices, their transposes and slices. */
final class KernelsTest {
  private static final int INNER = 600;

  @ParameterizedTest
  @CsvSource({"8, 72", "40, 72", "72, 8", "5, 300", "300, 300", "40, 512"})
  void aProductIsTheSameHoweverItsMatricesLie(int rows, int columns) {
    float[] left = numbers(rows * INNER, 1);
    float[] right = numbers(INNER * columns, 2);
    try (Scope scope = Scope.open()) {
      Tensor a = Tensors.of(left, rows, INNER);
      Tensor b = Tensors.of(right, INNER, columns);
      float[] expected = product(left, right, rows, columns);
      for (Tensor one : new Tensor[] {a, turned(a), sliced(a)}) {
        for (Tensor other : new Tensor[] {b, turned(b), sliced(b)}) {
          isCloseTo(Kernels.product(one, other, 1.0), expected);
          isCloseTo(Kernels.linear(one, other.t(), null), expected);
          Tensor sum = Tensors.zeros(DType.F32, rows, columns);
          Kernels.addProductInPlace(sum, one, other, 1.0);
          isCloseTo(Kernels.productPlus(sum, one, other, -1.0), new float[expected.length]);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"F32, 8", "F32, 128", "F32, 129", "BF16, 8"})
  void aProductIsAddedToSomeColumnsAndTheOthersStay(DType dtype, int inner) {
    int rows = 300;
    int columns = 72;
    try (Scope scope = Scope.open()) {
      Tensor a = Tensors.of(numbers(rows * inner, 1), rows, inner).to(dtype);
      Tensor b = Tensors.of(numbers(columns * inner, 2), columns, inner).to(dtype).t();
      Tensor wide = Tensors.of(numbers(rows * 100, 3), rows, 100).to(dtype);
      Tensor wanted = wide.to(DType.F32);
      Tensor product = a.to(DType.F32).matmul(b.to(DType.F32));
      wanted.narrow(1, 20, columns).addScaledInPlace(product, -0.5);

      Kernels.addProductInPlace(wide.narrow(1, 20, columns), a, b, -0.5);

      Tensor apart = wide.to(DType.F32).sub(wanted);
      double largest = apart.view(1, apart.count()).abs().max(1).item();
      assertThat(largest).isLessThan(dtype == DType.F32 ? 1e-5 : 0.02);
      assertThat(apart.narrow(1, 0, 20).abs().max(1).toFloats()).containsOnly(0);
    }
  }

  @ParameterizedTest
  @CsvSource({"F32, 40, 72", "F32, 600, 512", "BF16, 600, 512", "BF16, 40, 72"})
  void aLinearLayerWithABiasIsThatOfItsParts(DType dtype, int rows, int columns) {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensors.of(numbers(rows * INNER, 1), rows, INNER).to(dtype);
      Tensor w = Tensors.of(numbers(columns * INNER, 2), columns, INNER).to(dtype);
      Tensor b = Tensors.of(numbers(columns, 3), columns).to(dtype);
      Tensor wanted = x.to(DType.F32).matmul(w.to(DType.F32).t()).add(b.to(DType.F32));
      Tensor apart = Kernels.linear(x, w, b).to(DType.F32).sub(wanted);
      double largest = apart.view(1, apart.count()).abs().max(1).item();
      assertThat(largest).isLessThan(dtype == DType.F32 ? 1e-4 : 0.04);
    }
  }

  private static float[] numbers(int count, long seed) {
    Random random = new Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextFloat() - 0.5f;
    }
    return numbers;
  }

  /** The same numbers, column by column in memory. */
  private static Tensor turned(Tensor matrix) {
    return matrix.t().copy().t();
  }

  /** The same numbers as the middle columns of a wider matrix. */
  private static Tensor sliced(Tensor matrix) {
    Tensor wide = Tensors.zeros(DType.F32, matrix.size(0), matrix.size(1) + 10);
    Tensor slice = wide.narrow(1, 3, matrix.size(1));
    slice.copyInPlace(matrix);
    return slice;
  }

  private static float[] product(float[] left, float[] right, int rows, int columns) {
    float[] product = new float[rows * columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double sum = 0;
        for (int k = 0; k < INNER; k++) {
          sum += (double) left[i * INNER + k] * right[k * columns + j];
        }
        product[i * columns + j] = (float) sum;
      }
    }
    return product;
  }

  private static void isCloseTo(Tensor actual, float[] expected) {
    float[] numbers = actual.toFloats();
    assertThat(numbers).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(numbers[i]).isCloseTo(expected[i], Offset.offset(1e-4f));
    }
  }
}
