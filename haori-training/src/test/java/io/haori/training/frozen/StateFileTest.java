package io.haori.training.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.weights.DType;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.text.Encoding;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of what is computed once. */
final class StateFileTest {
  @TempDir Path temporary;

  @Test
  void halfOfWhatIsFreeIsLeftToOthers() {
    long mb = 1 << 20;
    assertThat(FrozenLayers.refusal(50 * mb, 100 * mb, Path.of("/t"), 4)).isNull();
    assertThat(FrozenLayers.refusal(5_000 * mb, 9_000 * mb, Path.of("/t"), 4))
        .isEqualTo(
            "The 4 lowest layers are computed anew in every epoch: the states would take 5,000 MB,"
                + " and half of what is free in /t is 4,500 MB; -Djava.io.tmpdir names another"
                + " folder.");
  }

  private static TokenizedRows rows() {
    return TokenizedRows.of(
        List.of(
            new Encoding(new int[] {1, 2, 3}, new int[3], 0),
            new Encoding(new int[] {4}, new int[1], 0),
            new Encoding(new int[] {5, 6}, new int[2], 0)),
        0);
  }

  @Test
  void statesAreReadAsTheyWereWrittenInAnyOrder() throws IOException {
    try (Scope scope = Scope.open();
        StateFile file = new StateFile(temporary, rows(), DType.F32, 2)) {
      file.write(Tensors.of(new float[] {9, 8, 1, 2, 3, 4}, 3, 2), 1, 2);
      file.write(Tensors.of(new float[] {11, 12, 13, 14, 15, 16}, 3, 2), 0);

      Tensor read = file.read(2, 0, 1);

      assertThat(read.shape()).containsExactly(6, 2);
      assertThat(read.toFloats()).containsExactly(1, 2, 3, 4, 11, 12, 13, 14, 15, 16, 9, 8);
    }
    assertThat(temporary).isEmptyDirectory();
  }
}
