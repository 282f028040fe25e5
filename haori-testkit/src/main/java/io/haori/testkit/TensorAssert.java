package io.haori.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.tensor.Tensor;

/** Compares tensors element by element and names the worst one. */
public final class TensorAssert {
  private TensorAssert() {}

  /**
   * Asserts {@code |actual − expected| ≤ absolute + relative · max|expected|} for every element.
   *
   * @param what named in the failure
   * @param actual computed here
   * @param expected from the reference, of the same shape
   * @param relative share of the largest expected magnitude
   * @param absolute allowed in any case
   */
  public static void assertClose(
      String what, Tensor actual, Tensor expected, double relative, double absolute) {
    assertThat(actual.shape()).as("shape of " + what).isEqualTo(expected.shape());
    float[] got = actual.toFloats();
    float[] wanted = expected.toFloats();
    double largest = 0;
    for (float value : wanted) {
      largest = Math.max(largest, Math.abs(value));
    }
    double bound = absolute + relative * largest;
    for (int i = 0; i < got.length; i++) {
      double distance = Math.abs((double) got[i] - wanted[i]);
      if (!(distance <= bound)) {
        throw new AssertionError(
            what + "[" + i + "] is " + got[i] + ", expected " + wanted[i] + " within " + bound);
      }
    }
  }
}
