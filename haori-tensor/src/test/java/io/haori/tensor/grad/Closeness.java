package io.haori.tensor.grad;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.tensor.Tensor;

/** Compares tensors number by number. */
final class Closeness {
  private Closeness() {}

  static void assertClose(
      String what, Tensor actual, Tensor expected, double relative, double absolute) {
    assertThat(actual.shape()).as(what).isEqualTo(expected.shape());
    float[] ours = actual.toFloats();
    float[] theirs = expected.toFloats();
    for (int i = 0; i < ours.length; i++) {
      double bound = absolute + relative * Math.abs(theirs[i]);
      assertThat((double) Math.abs(ours[i] - theirs[i])).as(what + " " + i).isLessThan(bound);
    }
  }
}
