package io.haori.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.weights.DType;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Int8Test {
  private final SplittableRandom random = new SplittableRandom(7);

  @Test
  void eachRowHasItsOwnScale() {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensors.of(new float[] {127, -1, 63.6f, 0.127f, 0.02f, -0.127f, 0, 0, 0}, 3, 3);

      Int8.Rows rows = Int8.quantise(x);

      assertThat(rows.count()).isEqualTo(3);
      assertThat(rows.codes().narrow(0, 0, 3).toLongs())
          .containsExactly(127, -1, 64, 127, 20, -127, 0, 0, 0);
      assertThat(rows.scales().toFloats()[0]).isEqualTo(1f, within(1e-6f));
      assertThat(rows.scales().toFloats()[1]).isEqualTo(0.001f, within(1e-9f));
      assertThat(rows.dense().toFloats()[8]).isZero();
    }
  }

  /** One that was made for one thread would leave the others without work. */
  @Test
  void aPrimitiveIsMadeForTheNumberOfThreads() {
    int before = Engine.threads();
    try (Scope scope = Scope.open()) {
      Tensor x = Tensors.normal(random, 1, 72, 40);
      Engine.setThreads(1);
      Int8.quantise(x);
      int made = Int8Primitives.ofThread().count();
      Int8.quantise(x);
      assertThat(Int8Primitives.ofThread().count()).isEqualTo(made);

      Engine.setThreads(2);
      Int8.quantise(x);

      assertThat(Int8Primitives.ofThread().count() > made).isEqualTo(Int8.hasProducts());
    } finally {
      Engine.setThreads(before);
    }
  }

  /** Row counts on both sides of the steps that they are rounded to. */
  @ParameterizedTest
  @CsvSource({
    "1, 5, 3",
    "9, 3, 2",
    "7, 33, 65",
    "8, 64, 16",
    "100, 48, 24",
    "257, 16, 40",
    "1030, 32, 8"
  })
  void aProductIsThatOfTheCodesExactly(int n, int i, int o) {
    try (Scope scope = Scope.open()) {
      // Rows of very different size: one scale for all would lose the small ones.
      Tensor sizes = Tensors.uniform(random, -6, 6, n, 1).exp();
      Int8.Rows x = Int8.quantise(Tensors.normal(random, 1, n, i).mul(sizes));
      Int8.Rows w = Int8.quantiseWeight(Tensors.normal(random, 1, o, i));
      Tensor codes = w.codes().narrow(0, 0, o).contiguous();
      Tensor scales = w.scales().narrow(0, 0, o).contiguous().view(o);
      Int8.Rows dy = Int8.quantise(Tensors.normal(random, 1, n, o).mul(sizes));

      Tensor y = Int8.linear(x, codes, scales, null, DType.F32);
      Tensor dx = Int8.product(dy, codes, DType.F32);

      assertThat(apart(y, x.dense().matmul(w.dense().t()))).isLessThan(1e-6);
      assertThat(apart(dx, dy.dense().matmul(codes.to(DType.F32)))).isLessThan(1e-6);
      assertThat(apart(Int8.linear(x, codes, scales, null, DType.BF16), y)).isLessThan(4e-3);
      Tensor bias = Tensors.normal(random, 1, o);
      assertThat(apart(Int8.linear(x, codes, scales, bias, DType.F32), y.add(bias)))
          .isLessThan(1e-6);
    }
  }

  /** Large codes beside one another are what products in 16 bits would cut off. */
  @ParameterizedTest
  @CsvSource({"1, 4", "2, 5", "5, 97", "96, 382", "97, 385", "98, 386", "99, 387", "384, 30522"})
  void theLargestNumbersAreAddedExactly(int o, int i) {
    try (Scope scope = Scope.open()) {
      int n = 24;
      Int8.Rows x = Int8.quantise(signs(n, i));
      Int8.Rows w = Int8.quantiseWeight(signs(o, i));
      Tensor codes = w.codes().narrow(0, 0, o).contiguous();
      Int8.Rows dy = Int8.quantise(signs(n, o));

      Tensor y = Int8.linear(x, codes, Tensors.full(1, DType.F32, o), null, DType.F32);
      Tensor dx = Int8.product(dy, codes, DType.F32);

      Tensor dense = codes.to(DType.F32);
      assertThat(apart(y, x.dense().matmul(dense.t()))).isLessThan(1e-5);
      assertThat(apart(dx, dy.dense().matmul(dense))).isLessThan(1e-5);
    }
  }

  /** Mostly 1, some −1: large sums, and neighbours of equal and of different signs. */
  private Tensor signs(int rows, int columns) {
    float[] signs = new float[rows * columns];
    for (int k = 0; k < signs.length; k++) {
      signs[k] = random.nextInt(4) == 0 ? -1 : 1;
    }
    return Tensors.of(signs, rows, columns);
  }

  @ParameterizedTest
  @CsvSource({"F32", "BF16"})
  void roundingARowOfNormalNumbersCostsAtMostOnePercentOrSo(DType dtype) {
    try (Scope scope = Scope.open()) {
      Tensor x = Tensors.normal(random, 1, 400, 384).to(dtype);

      Tensor codes = Int8.quantise(x).dense();

      assertThat(apart(codes, x.to(DType.F32))).isBetween(0.003, 0.012);
    }
  }

  @Test
  void manyShapesAreComputedWhileMemoryStaysLevel() {
    try (Scope scope = Scope.open()) {
      Tensor w = Int8.quantise(Tensors.normal(random, 1, 8, 8)).codes();
      Tensor scales = Tensors.full(1, DType.F32, 8);
      long before = 0;
      for (int pass = 0; pass < 2; pass++) {
        for (int n = 1; n <= 40; n++) {
          try (Scope inner = Scope.open()) {
            Int8.linear(
                Int8.quantise(Tensors.full(1, DType.F32, n, 8)), w, scales, null, DType.F32);
          }
        }
        assertThat(pass == 0 || Engine.heldObjects() <= before).isTrue();
        before = Engine.heldObjects();
      }
    }
  }

  /** Row by row, as their sizes differ: the largest relative distance. */
  static double apart(Tensor got, Tensor wanted) {
    Tensor g = got.to(DType.F32);
    Tensor w = wanted.to(DType.F32);
    Tensor distance = g.sub(w).square().sum(1, false).sqrt();
    Tensor size = w.square().sum(1, false).sqrt().atLeast(1e-30);
    return distance.div(size).max(0).item();
  }
}
