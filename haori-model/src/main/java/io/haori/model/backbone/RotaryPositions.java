package io.haori.model.backbone;

import io.haori.core.weights.DType;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Rotary;

/**
 * Angles of rotary positions: {@code place · theta^(−2 i / d)} for the i-th pair of a head's
 * numbers (Su et al. 2021, arXiv 2104.09864).
 *
 * @param theta base of the angles
 * @param headSize d, the width of a head; even
 * @param scaling what a base for longer texts does to the angles
 */
public record RotaryPositions(double theta, int headSize, RotaryScaling scaling) {
  /** Angles as they were trained. */
  public RotaryPositions(double theta, int headSize) {
    this(theta, headSize, RotaryScaling.NONE);
  }

  /**
   * The rotation of each token of a batch.
   *
   * @return tensors in the current scope
   */
  Rotary.Rotation of(TextBatch batch, DType dtype) {
    int half = headSize / 2;
    // In single precision as the reference computes them: at the place 8,000 the angles of double
    // precision differ in the fourth digit.
    float[] steps = new float[half];
    for (int i = 0; i < half; i++) {
      steps[i] = scaling.of(1f / (float) Math.pow(theta, (float) (2 * i) / headSize));
    }
    int tokens = Math.toIntExact(batch.tokens());
    float[] cosine = new float[tokens * half];
    float[] sine = new float[tokens * half];
    // Texts share their angles: computed once for the longest.
    int least = firstPlace(batch);
    int places = batch.places() - least;
    float[] longestCosine = new float[places * half];
    float[] longestSine = new float[places * half];
    for (int at = 0; at < places; at++) {
      for (int i = 0; i < half; i++) {
        float angle = (least + at) * steps[i];
        longestCosine[at * half + i] = (float) Math.cos(angle);
        longestSine[at * half + i] = (float) Math.sin(angle);
      }
    }
    for (int row = 0; row < batch.rows(); row++) {
      int first = (int) batch.firstOf(row) * half;
      int count = batch.lengthOf(row) * half;
      int from = (batch.before(row) - least) * half;
      System.arraycopy(longestCosine, from, cosine, first, count);
      System.arraycopy(longestSine, from, sine, first, count);
    }
    return new Rotary.Rotation(
        Tensors.of(cosine, tokens, 1, half).to(dtype), Tensors.of(sine, tokens, 1, half).to(dtype));
  }

  private static int firstPlace(TextBatch batch) {
    int least = batch.before(0);
    for (int row = 1; row < batch.rows(); row++) {
      least = Math.min(least, batch.before(row));
    }
    return least;
  }
}
