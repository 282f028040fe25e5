package io.haori.inference.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.tensor.Scope;
import io.haori.tensor.Tensors;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Distances and scores of scikit-learn's NearestNeighbors and NumPy. */
class PatchMemoryTest {
  private static final float[] KEPT = {
    0.03f, 1.36f, 1.22f, -0.51f, -0.3f, -0.53f, 0.57f, -0.06f, 0.75f, -1.85f, 1.57f, -0.1f, 0.68f,
    -0.14f, -0.38f, 0.46f, 0.82f, -0.2f, -0.15f, 0.69f, -0.87f, -1.51f, 0.39f, -0.67f, -1.92f,
    -0.81f, -0.47f, -1.19f, -1.49f, 0.04f, 0.9f, -0.23f, -0.74f, 0.38f, 0.72f, -0.3f, 0.54f, 1.04f,
    -0.21f, -0.81f, 0.35f, 0.25f, 1.1f, -1.28f, -0.66f, -0.84f, -1.73f, 0.13f
  };
  private static final float[] PATCHES = {
    0.69f, -0.96f, 1.8f, 1.07f, 0.82f, 0.52f, 1.24f, -1.73f, 0.8f, 0.78f, -2.3f, 0.45f, -0.33f,
    1.02f, -0.57f, -0.02f, 0.45f, -1.14f, 0.78f, -0.14f, 0.64f, -0.68f, 1.41f, 0.79f
  };

  @Test
  void everyPatchIsAsFarAsFromItsNearest() {
    try (PatchMemory memory = new PatchMemory(KEPT, 4, 9)) {
      float[] distances = memory.score(PATCHES).distances();

      float[] golden = {1.4891273f, 0.7182618f, 2.1324399f, 1.2292274f, 0.992522f, 1.4828014f};
      for (int i = 0; i < golden.length; i++) {
        assertThat(distances[i]).isCloseTo(golden[i], within(1e-6f));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2.132439866727478",
    "3, 1.7619511972138975",
    "9, 2.0613851901890325",
    "50, 2.094712668635286"
  })
  void theScoreIsWeightedByKeptNeighbours(int neighbours, double score) {
    try (PatchMemory memory = new PatchMemory(KEPT, 4, neighbours)) {
      assertThat(memory.score(PATCHES).score()).isCloseTo(score, within(1e-6));
    }
  }

  @Test
  void whatIsKeptHasNoDistance() {
    try (PatchMemory memory = new PatchMemory(KEPT, 4, 9)) {
      assertThat(memory.score(Arrays.copyOfRange(KEPT, 8, 20)).score()).isZero();
    }
  }

  @Test
  void aCoresetHasAllGroupsBeforeItHasTwoOfOne() {
    float[] points = new float[300 * 200];
    for (int i = 0; i < points.length; i++) {
      int row = i / 200;
      // Thirty groups far from each other, ten points each.
      points[i] = (float) (20 * Math.sin(1.7 * (row % 30) * (i % 200 + 1)) + 0.01 * Math.sin(i));
    }
    try (Scope scope = Scope.open()) {
      int[] chosen = GreedyCoreset.choose(Tensors.of(points, 300, 200), 30, 3);

      assertThat(Arrays.stream(chosen).map(row -> row % 30).distinct().count()).isEqualTo(30);
    }
  }

  @Test
  void aCoresetMayBeAllPoints() {
    try (Scope scope = Scope.open()) {
      int[] chosen = GreedyCoreset.choose(Tensors.of(new float[40], 10, 4), 10, 3);

      assertThat(chosen).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }
  }
}
