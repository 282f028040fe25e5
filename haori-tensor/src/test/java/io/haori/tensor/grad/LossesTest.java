package io.haori.tensor.grad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Derivatives by hand against those of the engine. */
class LossesTest {
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** Value and gradient of a function whose output's gradient is fixed. */
  private static final class Pass {
    final float[] value;
    final float[] gradient;

    Pass(float[] value, float[] gradient) {
      this.value = value;
      this.gradient = gradient;
    }
  }

  private static Pass pass(Tensor x, BiFunction<Tape, Variable, Variable> function) {
    try (Tape tape = Tape.recording(DType.F32, 1)) {
      Variable input = tape.variable(x.copy(), true);
      Variable output = function.apply(tape, input);
      float[] value = output.value().toFloats();
      output.accumulate(Tensors.normal(new Random(2), 1, output.value().shape()));
      tape.backwardFromGradients();
      return new Pass(value, input.takeGradient().toFloats());
    }
  }

  private static void assertSame(
      Tensor x, BiFunction<Tape, Variable, Variable> byHand, Function<Tensor, Tensor> byEngine) {
    Pass actual = pass(x, byHand);
    Pass expected =
        pass(
            x,
            (tape, input) ->
                Differentiated.apply(
                    tape, List.of(input), List.of(), in -> byEngine.apply(in.get(0))));
    assertClose(actual.value, expected.value);
    assertClose(actual.gradient, expected.gradient);
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("[" + i + "]").isCloseTo(expected[i], within(1e-5f));
    }
  }

  @Test
  void crossEntropyOfEachRow() {
    Tensor logits = Tensors.normal(new Random(1), 2, 5, 7);
    Tensor classes = Tensors.of(new long[] {0, 6, 3, 3, 2}, 5, 1);
    assertSame(
        logits,
        (tape, x) -> CrossEntropy.apply(tape, x, classes),
        x -> x.logSoftmax().gather(1, classes).mul(-1));
  }

  @Test
  void rowsPickedByIndexOneOfThemTwice() {
    Tensor x = Tensors.normal(new Random(1), 1, 4, 3);
    Tensor index = Tensors.of(new long[] {2, 0, 2}, 3);
    assertSame(x, (tape, in) -> SelectRows.apply(tape, in, index), in -> in.indexSelect(0, index));
  }

  @Test
  void dropoutMultipliesValueAndGradient() {
    Tensor x = Tensors.normal(new Random(1), 1, 2, 3);
    Tensor factors = Tensors.of(new float[] {0, 2, 2, 0, 0, 2}, 2, 3);
    assertSame(
        x,
        (tape, in) -> {
          // A fresh output to change in place.
          Variable fresh = Differentiated.apply(tape, List.of(in), List.of(), v -> v.get(0).mul(3));
          return Dropout.apply(tape, fresh, factors);
        },
        in -> in.mul(3).mul(factors));
  }

  @Test
  void aGradientThatWasTakenIsGone() {
    try (Tape tape = Tape.recording(DType.F32, 1)) {
      Variable x = tape.variable(Tensors.full(1, DType.F32, 2), true);
      x.accumulate(Tensors.full(5, DType.F32, 2));
      assertThat(x.takeGradient().toFloats()).containsExactly(5, 5);
      assertThat(x.gradient()).isNull();
    }
  }
}
