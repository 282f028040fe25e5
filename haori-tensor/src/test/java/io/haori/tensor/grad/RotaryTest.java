package io.haori.tensor.grad;

import static io.haori.tensor.grad.Closeness.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.activation.GatedUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RotaryTest {
  private static final int TOKENS = 3;
  private static final int HEADS = 2;
  private static final int HALF = 2;
  private static final int COLUMNS = HEADS * 2 * HALF;

  @Test
  void headsAreRotatedAndTheRestStays() {
    try (Scope scope = Scope.open();
        Tape tape = Tape.recording(DType.F32, 1)) {
      Tensor x = Tensors.normal(new Random(1), 1, TOKENS, COLUMNS + 3);
      Variable in = tape.variable(x, true);
      Variable out = Rotary.apply(tape, in, HEADS, rotation());
      float[] before = x.toFloats();
      float[] after = out.value().toFloats();
      for (int token = 0; token < TOKENS; token++) {
        int row = token * (COLUMNS + 3);
        for (int head = 0; head < HEADS; head++) {
          for (int i = 0; i < HALF; i++) {
            int first = row + head * 2 * HALF + i;
            double angle = angle(token, i);
            assertThat((double) after[first])
                .isCloseTo(
                    before[first] * Math.cos(angle) - before[first + HALF] * Math.sin(angle),
                    within(1e-5));
            assertThat((double) after[first + HALF])
                .isCloseTo(
                    before[first + HALF] * Math.cos(angle) + before[first] * Math.sin(angle),
                    within(1e-5));
          }
        }
        for (int rest = COLUMNS; rest < COLUMNS + 3; rest++) {
          assertThat(after[row + rest]).isEqualTo(before[row + rest]);
        }
      }
      // A rotation keeps lengths, and its derivative is its inverse: what comes back is the input.
      out.accumulate(out.value().copy());
      tape.backwardFromGradients();
      assertClose("gradient", in.requireGradient(), x, 1e-5, 1e-6);
    }
  }

  @Test
  void theGateIsTheSecondHalf() {
    try (Scope scope = Scope.open();
        Tape tape = Tape.recording(DType.F32, 1)) {
      Tensor x = Tensors.normal(new Random(2), 1, 4, 6);
      Variable in = tape.variable(x, true);
      Variable out = GatedUnit.gelu(tape, in);
      Tensor expected = x.narrow(1, 0, 3).gelu().mul(x.narrow(1, 3, 3));
      assertClose("gated", out.value(), expected, 1e-6, 1e-7);
      out.accumulate(Tensors.full(1.0, DType.F32, 4, 3));
      tape.backwardFromGradients();
      float[] gradient = in.requireGradient().toFloats();
      float[] values = x.toFloats();
      for (int i = 0; i < values.length; i++) {
        float kept = values[i];
        values[i] = kept + 1e-2f;
        double above = sum(values);
        values[i] = kept - 1e-2f;
        double below = sum(values);
        values[i] = kept;
        assertThat((double) gradient[i]).isCloseTo((above - below) / 2e-2, within(1e-3));
      }
    }
  }

  private static double sum(float[] values) {
    Tensor x = Tensors.of(values, 4, 6);
    double sum = 0;
    for (float number : x.narrow(1, 0, 3).gelu().mul(x.narrow(1, 3, 3)).toFloats()) {
      sum += number;
    }
    return sum;
  }

  private static double angle(int token, int i) {
    return token * 0.7 + i * 0.3;
  }

  private static Rotary.Rotation rotation() {
    float[] cosine = new float[TOKENS * HALF];
    float[] sine = new float[TOKENS * HALF];
    for (int token = 0; token < TOKENS; token++) {
      for (int i = 0; i < HALF; i++) {
        cosine[token * HALF + i] = (float) Math.cos(angle(token, i));
        sine[token * HALF + i] = (float) Math.sin(angle(token, i));
      }
    }
    return new Rotary.Rotation(
        Tensors.of(cosine, TOKENS, 1, HALF), Tensors.of(sine, TOKENS, 1, HALF));
  }
}
