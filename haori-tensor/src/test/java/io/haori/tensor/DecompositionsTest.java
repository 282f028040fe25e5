package io.haori.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DecompositionsTest {
  @Test
  void factorsMultiplyToTheMatrix() {
    try (Scope scope = Scope.open()) {
      for (long[] shape : new long[][] {{5, 3}, {3, 5}, {4, 4}}) {
        Tensor matrix = Tensors.normal(new Random(1), 1, shape).to(DType.F64);
        Decompositions.Qr qr = Decompositions.qr(matrix);
        assertSame(qr.q().matmul(qr.r()), matrix);
        long rank = Math.min(shape[0], shape[1]);
        Decompositions.Svd svd = Decompositions.svd(matrix);
        assertThat(svd.s().shape()).containsExactly(rank);
        assertSame(svd.u().mul(svd.s().view(1, rank)).matmul(svd.v()), matrix);
        assertThat(svd.s().toFloats()).isSortedAccordingTo((a, b) -> Float.compare(b, a));
      }
    }
  }

  private static void assertSame(Tensor actual, Tensor expected) {
    assertThat(actual.sub(expected).abs().sum().item()).isLessThan(1e-12);
  }
}
