package io.haori.training.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers by PyTorch 2 in F64 from the formula, temperature 0.5. */
class ContrastiveLossTest {
  private static final float[] VECTORS = {
    1, 2, -0.5f, 0.8f, 1.5f, 0.1f, -1, 0.3f, 0.7f, 0.2f, -0.9f, 1.1f, -0.7f, 0.1f, 0.9f
  };
  private static final int[] CLASSES = {0, 0, 1, 2, 1};

  @Test
  void lossAndGradientAreThoseOfTheFormula() {
    try (Scope scope = Scope.open();
        Parameter vectors = new Parameter("vectors", Tensors.of(VECTORS, 5, 3));
        Tape tape = Tape.recording(DType.F32, 1)) {
      Variable read =
          Differentiated.apply(tape, List.of(), List.of(vectors), in -> in.get(0).add(0));
      Variable loss = ContrastiveLoss.of(tape, read, CLASSES, 0.5);
      assertThat(loss.value().item()).isCloseTo(0.3050861478990947, within(1e-6));
      loss.accumulate(Tensors.full(1, DType.F32, loss.value().shape()));
      tape.backwardFromGradients();
      assertThat(vectors.gradient().toFloats())
          .containsExactly(
              new float[] {
                -0.03185373f, 0.01924625f, 0.01327755f, -0.05401443f, 0.02176919f, 0.10557753f,
                0.01666067f, 0.10881912f, -0.02283581f, -0.08496679f, 0.06508148f, 0.06869699f,
                0.14155976f, -0.01433770f, 0.11169511f
              },
              within(2e-6f));
    }
  }

  @Test
  void withoutTwoRowsOfAClassThereIsNothingToBringTogether() {
    try (Scope scope = Scope.open();
        Tape tape = Tape.recording(DType.F32, 1)) {
      Variable vectors = tape.constant(Tensors.of(VECTORS, 5, 3));
      Variable loss = ContrastiveLoss.of(tape, vectors, new int[] {0, 1, 2, 3, 4}, 0.5);
      assertThat(loss.value().item()).isZero();
    }
  }

  @Test
  void everyRowOfABatchHasAnotherOfItsClass() {
    int[] classes = {0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 3};
    List<int[]> batches = ClassPairs.batches(classes, 4, 7);
    assertThat(batches).allSatisfy(batch -> assertThat(batch.length).isIn(2, 4));
    for (int[] batch : batches) {
      for (int row : batch) {
        assertThat(Arrays.stream(batch).filter(other -> classes[other] == classes[row]).count())
            .isGreaterThanOrEqualTo(2);
      }
    }
    int[] all = batches.stream().flatMapToInt(Arrays::stream).distinct().sorted().toArray();
    assertThat(all).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(lists(ClassPairs.batches(classes, 4, 7))).isEqualTo(lists(batches));
    assertThat(lists(ClassPairs.batches(classes, 4, 8))).isNotEqualTo(lists(batches));
    assertThat(ClassPairs.batches(new int[] {0, 1, 2}, 4, 7)).isEmpty();
  }

  private static List<List<Integer>> lists(List<int[]> batches) {
    return batches.stream().map(batch -> Arrays.stream(batch).boxed().toList()).toList();
  }
}
