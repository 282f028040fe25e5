package io.haori.tensor.grad;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequencesTest {
  private static final int HEADS = 2;
  private static final int WIDTH = 8;

  /** Short ones among long ones, so that there are several rectangles, some with padding. */
  private static final int[] LENGTHS = {3, 160, 5, 1, 150, 4, 3, 160, 7};

  @Test
  void fewShortTextsShareARectangle() {
    assertThat(Sequences.groups(5, 9, 7)).containsExactly(new int[] {1, 2, 0});
  }

  @Test
  void longTextsAreApartFromShortOnes() {
    assertThat(Sequences.groups(3, 160, 5, 1, 150))
        .containsExactly(new int[] {1, 4}, new int[] {2, 0, 3});
  }

  @Test
  void everyTextIsInOneRectangleAndNoOtherPartingIsCheaper() {
    Random random = new Random(5);
    for (int round = 0; round < 100; round++) {
      int[] lengths = random.ints(1 + random.nextInt(7), 1, 200).toArray();
      List<int[]> groups = Sequences.groups(lengths);
      assertThat(groups.stream().flatMapToInt(Arrays::stream).sorted())
          .containsExactlyElementsOf(IntStream.range(0, lengths.length).boxed().toList());
      int[] sorted = IntStream.of(lengths).map(l -> -l).sorted().map(l -> -l).toArray();
      long least = Long.MAX_VALUE;
      for (int cuts = 0; cuts < 1 << (lengths.length - 1); cuts++) {
        long cost = 0;
        int first = 0;
        for (int i = 1; i <= sorted.length; i++) {
          if (i == sorted.length || (cuts >> (i - 1) & 1) == 1) {
            cost += 8192 + (long) sorted[first] * sorted[first] * (i - first);
            first = i;
          }
        }
        least = Math.min(least, cost);
      }
      long ours =
          groups.stream()
              .mapToLong(rows -> 8192 + (long) lengths[rows[0]] * lengths[rows[0]] * rows.length)
              .sum();
      assertThat(ours).isEqualTo(least);
    }
  }

  /** Texts in one matrix attend as each does alone, and so do their gradients. */
  @ParameterizedTest
  @CsvSource({"F32, 1e-5", "BF16, 2e-2"})
  void textsAttendToThemselvesOnly(DType dtype, double tolerance) {
    int tokens = IntStream.of(LENGTHS).sum();
    try (Scope scope = Scope.open();
        Sequences all = new Sequences(LENGTHS)) {
      assertThat(all.tokens()).isEqualTo(tokens);
      Tensor qkv = Tensors.normal(new Random(1), 1, tokens, 3 * WIDTH).to(dtype);
      Tensor gradient = Tensors.normal(new Random(2), 1, tokens, WIDTH).to(dtype);
      Tensor[] together = attended(qkv, gradient, all, dtype);
      long first = 0;
      for (int length : LENGTHS) {
        try (Sequences one = new Sequences(length)) {
          Tensor[] alone =
              attended(
                  qkv.narrow(0, first, length).contiguous(),
                  gradient.narrow(0, first, length).contiguous(),
                  one,
                  dtype);
          for (int i = 0; i < 2; i++) {
            Tensor ours = together[i].narrow(0, first, length).to(DType.F32);
            Tensor apart = ours.sub(alone[i].to(DType.F32)).abs();
            for (float number : apart.toFloats()) {
              assertThat(number).as("text of " + length).isLessThan((float) tolerance);
            }
          }
        }
        first += length;
      }
    }
  }

  /** Output and gradient of the input. */
  private static Tensor[] attended(Tensor qkv, Tensor gradient, Sequences rows, DType dtype) {
    try (Tape tape = Tape.recording(dtype, 1)) {
      Variable in = tape.variable(qkv, true);
      Variable out = Attention.apply(tape, in, rows.in(dtype), HEADS);
      Tensor value = out.value().copy();
      out.accumulate(gradient.copy());
      tape.backwardFromGradients();
      return new Tensor[] {value, in.requireGradient().copy()};
    }
  }
}
