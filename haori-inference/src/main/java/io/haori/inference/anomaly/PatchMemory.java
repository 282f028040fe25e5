package io.haori.inference.anomaly;

import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Kept patches of good pictures, and how far others are from them.
 *
 * <p>The score of a picture is the distance of the patch that is farthest from its nearest kept
 * one, less where that kept patch is itself far from others (equation 7 of PatchCore):
 *
 * <pre>{@code
 * p*, m* = the patch and its nearest kept one with the greatest distance  s* = ‖p* − m*‖
 * s      = (1 − exp ‖p* − m*‖ / Σ exp ‖p* − m‖) · s*       m over the b kept ones nearest to m*
 * }</pre>
 */
final class PatchMemory implements AutoCloseable {
  private final float[] kept;
  private final int count;
  private final int width;
  private final int neighbours;
  private final Tensor transposed;
  private final Tensor halfSquares;

  /**
   * A memory.
   *
   * @param kept {@code [count · width]}; not copied, not to be changed
   * @param width numbers of a patch
   * @param neighbours kept patches that the score is weighted by, with the nearest one itself; 1
   *     for no weights
   */
  PatchMemory(float[] kept, int width, int neighbours) {
    this.kept = kept;
    this.width = width;
    this.neighbours = neighbours;
    count = kept.length / width;
    try (Scope scope = Scope.open()) {
      Tensor memory = Tensors.of(kept, count, width);
      transposed = memory.t().contiguous().retain();
      halfSquares = memory.square().sum(1, false).mul(-0.5).retain();
    }
  }

  /**
   * A picture's distances.
   *
   * @param score of the picture; at least 0
   * @param distances {@code [patches]} of each patch from the nearest kept one
   */
  @SuppressWarnings("ArrayRecordComponent") // Made into a map at once, never compared.
  record Distances(double score, float[] distances) {}

  /** How many patches are kept. */
  int count() {
    return count;
  }

  /** {@code [count · width]}; not to be changed. */
  float[] kept() {
    return kept;
  }

  /**
   * How far a picture's patches are from what is kept.
   *
   * @param features {@code [patches · width]}
   */
  Distances score(float[] features) {
    int patches = features.length / width;
    long[] nearest;
    try (Scope scope = Scope.open()) {
      // The nearest has the greatest p·m − ‖m‖² / 2.
      Tensor products = Tensors.of(features, patches, width).matmul(transposed);
      nearest = products.addInPlace(halfSquares).argmax(1).toLongs();
    }
    float[] distances = new float[patches];
    int farthest = 0;
    for (int p = 0; p < patches; p++) {
      distances[p] = (float) distance(features, p, kept, (int) nearest[p]);
      farthest = distances[p] > distances[farthest] ? p : farthest;
    }
    double score = distances[farthest];
    if (neighbours > 1 && count > 1) {
      score *= weight(features, farthest, (int) nearest[farthest]);
    }
    return new Distances(score, distances);
  }

  private double weight(float[] features, int patch, int nearest) {
    double[] around = new double[count];
    for (int m = 0; m < count; m++) {
      around[m] = distance(kept, nearest, kept, m);
    }
    double own = distance(features, patch, kept, nearest);
    // Shifted by the own distance, so that no power overflows; m* itself adds exp 0.
    double sum =
        IntStream.range(0, count)
            .filter(m -> m != nearest)
            .boxed()
            .sorted(Comparator.comparingDouble(m -> around[m]))
            .limit(neighbours - 1L)
            .mapToDouble(m -> Math.exp(distance(features, patch, kept, m) - own))
            .sum();
    return 1 - 1 / (1 + sum);
  }

  private double distance(float[] one, int first, float[] other, int second) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      double difference = (double) one[first * width + i] - other[second * width + i];
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }

  /** Some rows of many. */
  static float[] rows(float[] all, int width, int[] indices) {
    float[] rows = new float[indices.length * width];
    int[] sorted = indices.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      System.arraycopy(all, sorted[i] * width, rows, i * width, width);
    }
    return rows;
  }

  @Override
  public void close() {
    transposed.close();
    halfSquares.close();
  }
}
