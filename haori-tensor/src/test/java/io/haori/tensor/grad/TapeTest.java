package io.haori.tensor.grad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a tape remembers, in which order it runs backwards, and what it lets go of. */
class TapeTest {
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void derivativesRunOnceAndBackwards() {
    List<String> ran = new ArrayList<>();
    try (Tape tape = Tape.recording(DType.F32, 1)) {
      Variable x = tape.variable(number(2), true);
      Variable doubled = times(tape, x, 2, ran, "doubled");
      Variable result = times(tape, doubled, 5, ran, "times five");
      tape.backward(result);
      assertThat(ran).containsExactly("times five", "doubled");
      assertThat(x.requireGradient().item()).isEqualTo(10);
      assertThat(doubled.gradient()).as("is freed once it was read").isNull();
      tape.backwardFromGradients();
      assertThat(ran).as("nothing is left to run").hasSize(2);
    }
  }

  @Test
  void contributionsAddUp() {
    try (Tape tape = Tape.recording(DType.F32, 1)) {
      Variable x = tape.variable(number(2), true);
      Variable left = times(tape, x, 3, new ArrayList<>(), "");
      Variable right = times(tape, x, 4, new ArrayList<>(), "");
      left.accumulate(number(1));
      right.accumulate(number(10));
      tape.backwardFromGradients();
      assertThat(x.requireGradient().item()).isEqualTo(43);
    }
  }

  @Test
  void whatNoGradientReachesIsSkipped() {
    List<String> ran = new ArrayList<>();
    try (Tape tape = Tape.recording(DType.F32, 1)) {
      Variable x = tape.variable(number(2), true);
      Variable used = times(tape, x, 2, ran, "used");
      times(tape, x, 3, ran, "unused");
      tape.backward(used);
      assertThat(ran).containsExactly("used");
    }
  }

  @Test
  void savedTensorsOutliveTheirScopeUntilTheyWereUsed() {
    try (Tape tape = Tape.recording(DType.F32, 1)) {
      Variable x = tape.variable(number(2), true);
      Variable y;
      try (Scope inner = Scope.open()) {
        Tensor factor = number(7);
        Variable made = tape.variable(inner.keep(x.value().mul(factor)), true);
        tape.record(made, () -> x.accumulate(made.requireGradient().mul(factor)), factor);
        y = made;
      }
      tape.backward(y);
      assertThat(x.requireGradient().item()).isEqualTo(7);
    }
  }

  @Test
  void aChangeInPlaceChangesTheGradientOfWhatMadeTheValue() {
    try (Tape tape = Tape.recording(DType.F32, 1)) {
      Variable x = tape.variable(number(2), true);
      Variable y = times(tape, x, 3, new ArrayList<>(), "");
      y.value().mulInPlace(10);
      tape.recordChange(y, () -> y.writableGradient().mulInPlace(10));
      tape.backward(y);
      assertThat(y.value().item()).isEqualTo(60);
      assertThat(x.requireGradient().item()).isEqualTo(30);
    }
  }

  @Test
  void aSeedGivesTheSameDrawsAndEachDrawIsAnother() {
    List<Long> first = draws(Tape.recording(DType.F32, 5));
    assertThat(draws(Tape.recording(DType.F32, 5))).isEqualTo(first);
    assertThat(draws(Tape.recording(DType.F32, 6))).doesNotContainAnyElementsOf(first);
    assertThat(first).doesNotHaveDuplicates();
  }

  @Test
  void aTapeForInferenceRemembersNothing() {
    try (Tape tape = Tape.inference(DType.BF16)) {
      assertThat(tape.records()).isFalse();
      assertThat(tape.training()).isFalse();
      assertThat(tape.dtype()).isEqualTo(DType.BF16);
      Variable x = tape.variable(number(2), true);
      assertThat(tape.checkpoint(x, (inner, input) -> input)).isSameAs(x);
    }
  }

  @Test
  void aCheckpointGivesTheSameValueAndGradient() {
    BiFunction<Tape, Variable, Variable> part =
        (tape, input) -> {
          // A draw of its own at every pass: both passes must draw the same.
          double factor = 2 + tape.nextSeed() % 7;
          return times(tape, times(tape, input, factor, new ArrayList<>(), ""), 3, List.of(), "");
        };
    double[] plain = pass(part, false);
    double[] checkpointed = pass(part, true);
    assertThat(checkpointed[1]).isEqualTo(checkpointed[0] / 2);
    assertThat(plain[1]).isEqualTo(plain[0] / 2);
  }

  @Test
  void aParameterThatWasNotReadFromATapeForSecondDerivativesIsNamed() {
    try (Tape tape = Tape.twice(DType.F32, 1);
        Parameter parameter = new Parameter("layer.scale", number(1))) {
      assertThat(tape.differentiatesTwice()).isTrue();
      assertThatThrownBy(() -> tape.leaf(parameter))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("layer.scale was not read from the tape");
      assertThat(tape.value(parameter))
          .isSameAs(tape.value(parameter))
          .isNotSameAs(parameter.value());
      assertThat(tape.leaf(parameter)).isSameAs(tape.value(parameter));
    }
  }

  /** Value and gradient of {@code part} at 2. */
  private static double[] pass(BiFunction<Tape, Variable, Variable> part, boolean checkpointed) {
    try (Tape tape = Tape.recording(DType.F32, 11)) {
      Variable x = tape.variable(number(2), true);
      Variable y = checkpointed ? tape.checkpoint(x, part) : part.apply(tape, x);
      tape.backward(y);
      return new double[] {y.value().item(), x.requireGradient().item()};
    }
  }

  private static List<Long> draws(Tape tape) {
    try (tape) {
      return List.of(tape.nextSeed(), tape.nextSeed(), tape.nextSeed());
    }
  }

  private static Variable times(
      Tape tape, Variable x, double factor, List<String> ran, String name) {
    Variable y = tape.variable(x.value().mul(factor), x.needsGradient());
    if (tape.records()) {
      tape.record(
          y,
          () -> {
            if (!name.isEmpty()) {
              ran.add(name);
            }
            x.accumulate(y.requireGradient().mul(factor));
          });
    }
    return y;
  }

  private static Tensor number(double value) {
    return Tensors.full(value, DType.F32, 1);
  }
}
