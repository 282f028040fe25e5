package io.haori.analysis.drift;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Random Fourier features of a Gaussian kernel (Rahimi and Recht 2007): {@code φ(x) = √(2 / D) ·
 * cos(W x + b)} with {@code W ~ N(0, σ⁻²)} and {@code b} uniform in [0, 2π), so that {@code φ(x) ·
 * φ(y) ≈ exp(−‖x − y‖² / 2σ²)} and the squared distance of two means of {@code φ} is about the
 * squared maximum mean discrepancy of the two sets (Gretton et al. 2012). The numbers come from the
 * seed, which is all that has to be stored of them.
 */
final class FourierSketch {
  static final int FEATURES = 64;

  private static final int MOST_PAIRS = 2_000;

  private final int width;
  private final float[] weights;
  private final float[] offsets;

  /**
   * A sketch.
   *
   * @param seed of its numbers
   * @param width of the vectors
   * @param bandwidth {@code σ}, above 0
   */
  FourierSketch(long seed, int width, double bandwidth) {
    this.width = width;
    Random random = new Random(seed);
    weights = new float[FEATURES * width];
    offsets = new float[FEATURES];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (random.nextGaussian() / bandwidth);
    }
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = (float) (2 * Math.PI * random.nextDouble());
    }
  }

  /** {@code [width]} becomes {@code [features]}. */
  float[] of(float[] vector) {
    if (vector.length != width) {
      return new float[0];
    }
    float[] sketch = new float[FEATURES];
    double scale = Math.sqrt(2.0 / FEATURES);
    for (int i = 0; i < FEATURES; i++) {
      float sum = offsets[i];
      int row = i * width;
      for (int j = 0; j < width; j++) {
        sum += weights[row + j] * vector[j];
      }
      sketch[i] = (float) (scale * Math.cos(sum));
    }
    return sketch;
  }

  /**
   * The median distance of pairs of vectors, the usual bandwidth (Gretton et al. 2012, section 8);
   * 1 where all are the same.
   */
  static double medianDistance(List<float[]> vectors, Random random) {
    double[] distances = new double[MOST_PAIRS];
    for (int pair = 0; pair < MOST_PAIRS; pair++) {
      float[] one = vectors.get(random.nextInt(vectors.size()));
      float[] other = vectors.get(random.nextInt(vectors.size()));
      double sum = 0;
      for (int i = 0; i < one.length; i++) {
        double difference = one[i] - other[i];
        sum += difference * difference;
      }
      distances[pair] = Math.sqrt(sum);
    }
    double[] apart = Arrays.stream(distances).filter(one -> one > 0).sorted().toArray();
    return apart.length == 0 ? 1 : apart[apart.length / 2];
  }
}
