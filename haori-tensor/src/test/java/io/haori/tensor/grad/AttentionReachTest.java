package io.haori.tensor.grad;

import static io.haori.tensor.grad.Closeness.assertClose;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention that does not see every token, against a plain loop over pairs of tokens. */
class AttentionReachTest {
  private static final int HEADS = 2;
  private static final int DEPTH = 4;
  private static final int[] LENGTHS = {9, 3, 1, 9, 6};

  @ParameterizedTest
  @CsvSource({"2, 2", "0, 0", "100, 0", "3, 0", "1, 4", "2147483647, 2147483647"})
  void aTokenSeesWhatIsInItsReach(int back, int ahead) {
    int tokens = IntStream.of(LENGTHS).sum();
    int width = HEADS * DEPTH;
    Sequences.Reach reach = new Sequences.Reach(back, ahead);
    try (Scope scope = Scope.open();
        Sequences sequences = new Sequences(LENGTHS)) {
      Tensor qkv = Tensors.normal(new Random(3), 1, tokens, 3L * width);
      Tensor weights = Tensors.normal(new Random(4), 1, tokens, width);
      Tensor[] expected = new Tensor[] {plain(qkv, reach), gradient(qkv, weights, reach)};
      for (boolean fused : new boolean[] {true, false}) {
        try (Tape tape = fused ? Tape.recording(DType.F32, 1) : Tape.twice(DType.F32, 1)) {
          Sequences.Pass pass = sequences.in(DType.F32).within(reach, DType.F32);
          Variable in = tape.variable(qkv, true);
          Variable out = Attention.apply(tape, in, pass, HEADS);
          assertClose("attention", out.value(), expected[0], 1e-4, 1e-5);
          if (fused) {
            out.accumulate(weights.copy());
            tape.backwardFromGradients();
            assertClose("gradient", in.requireGradient(), expected[1], 2e-2, 2e-3);
          }
        }
      }
    }
  }

  /** Central differences of the weighted sum of outputs. */
  private static Tensor gradient(Tensor qkv, Tensor weights, Sequences.Reach reach) {
    float[] values = qkv.toFloats();
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      float kept = values[i];
      double step = 1e-2;
      values[i] = (float) (kept + step);
      double above = weighted(values, qkv, weights, reach);
      values[i] = (float) (kept - step);
      double below = weighted(values, qkv, weights, reach);
      values[i] = kept;
      result[i] = (float) ((above - below) / (2 * step));
    }
    return Tensors.of(result, qkv.shape());
  }

  private static double weighted(
      float[] values, Tensor like, Tensor weights, Sequences.Reach reach) {
    float[] outputs = plain(Tensors.of(values, like.shape()), reach).toFloats();
    float[] w = weights.toFloats();
    double sum = 0;
    for (int i = 0; i < w.length; i++) {
      sum += (double) outputs[i] * w[i];
    }
    return sum;
  }

  private static Tensor plain(Tensor qkv, Sequences.Reach reach) {
    float[] x = qkv.toFloats();
    int width = HEADS * DEPTH;
    int columns = 3 * width;
    float[] out = new float[x.length / 3];
    int first = 0;
    for (int length : LENGTHS) {
      for (int head = 0; head < HEADS; head++) {
        for (int i = 0; i < length; i++) {
          List<Integer> seen = new ArrayList<>();
          for (int j = 0; j < length; j++) {
            if (j <= i ? i - j <= reach.back() : j - i <= reach.ahead()) {
              seen.add(j);
            }
          }
          double[] share = new double[seen.size()];
          double total = 0;
          for (int s = 0; s < share.length; s++) {
            double score = 0;
            for (int d = 0; d < DEPTH; d++) {
              int column = head * DEPTH + d;
              score +=
                  (double) x[(first + i) * columns + column]
                      * x[(first + seen.get(s)) * columns + width + column];
            }
            share[s] = Math.exp(score / Math.sqrt(DEPTH));
            total += share[s];
          }
          for (int d = 0; d < DEPTH; d++) {
            int column = head * DEPTH + d;
            double sum = 0;
            for (int s = 0; s < share.length; s++) {
              sum += share[s] / total * x[(first + seen.get(s)) * columns + 2 * width + column];
            }
            out[(first + i) * width + column] = (float) sum;
          }
        }
      }
      first += length;
    }
    return Tensors.of(out, out.length / width, width);
  }
}
