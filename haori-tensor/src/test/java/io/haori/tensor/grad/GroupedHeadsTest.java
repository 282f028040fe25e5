package io.haori.tensor.grad;

import static io.haori.tensor.grad.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shared keys and values, against columns copied one by one. */
class GroupedHeadsTest {
  private static final int DEPTH = 2;

  @ParameterizedTest
  @CsvSource({"4, 2", "4, 1", "6, 3", "2, 1"})
  void eachHeadReadsTheKeysAndValuesOfItsGroup(int heads, int groups) {
    int tokens = 3;
    int width = (heads + 2 * groups) * DEPTH;
    try (Scope scope = Scope.open();
        Tape tape = Tape.recording(DType.F32, 1)) {
      Tensor qkv = Tensors.normal(new Random(1), 1, tokens, width);
      Tensor weights = Tensors.normal(new Random(2), 1, tokens, 3L * heads * DEPTH);
      Variable in = tape.variable(qkv, true);
      Variable out = GroupedHeads.repeated(tape, in, heads, groups);
      float[] x = qkv.toFloats();
      float[] g = weights.toFloats();
      float[] expected = new float[tokens * 3 * heads * DEPTH];
      float[] gradient = new float[x.length];
      for (int i = 0; i < expected.length; i++) {
        int token = i / (3 * heads * DEPTH);
        int column = i % (3 * heads * DEPTH);
        int from = token * width + source(column / DEPTH, heads, groups) * DEPTH + column % DEPTH;
        expected[i] = x[from];
        gradient[from] += g[i];
      }
      assertThat(out.value().toFloats()).containsExactly(expected);
      out.accumulate(weights);
      tape.backwardFromGradients();
      assertClose(
          "gradient", in.requireGradient(), Tensors.of(gradient, tokens, width), 1e-6, 1e-6);
    }
  }

  /** The head among {@code H + 2G} that is read for a head among {@code 3H}. */
  private static int source(int head, int heads, int groups) {
    if (head < heads) {
      return head;
    }
    int part = head / heads - 1;
    return heads + part * groups + (head % heads) / (heads / groups);
  }

  @Test
  void asManyHeadsNeedNoCopy() {
    try (Scope scope = Scope.open();
        Tape tape = Tape.recording(DType.F32, 1)) {
      Variable in = tape.variable(Tensors.zeros(DType.F32, 2, 12), true);
      assertThat(GroupedHeads.repeated(tape, in, 2, 2)).isSameAs(in);
    }
  }

  @Test
  void groupsThatDoNotDivideTheHeadsAreAFault() {
    try (Scope scope = Scope.open();
        Tape tape = Tape.recording(DType.F32, 1)) {
      Variable in = tape.variable(Tensors.zeros(DType.F32, 2, 14), true);
      assertThatThrownBy(() -> GroupedHeads.repeated(tape, in, 3, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("14 columns for 3 heads that share 2");
    }
  }
}
