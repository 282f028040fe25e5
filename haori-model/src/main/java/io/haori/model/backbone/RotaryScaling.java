package io.haori.model.backbone;

/** How a base that was trained on longer texts later on slows its rotary angles down. */
@FunctionalInterface
public interface RotaryScaling {
  /** No change. */
  RotaryScaling NONE = new Linear(1);

  /**
   * The angle that a pair of numbers turns by from one token to the next.
   *
   * @param step as it was trained on short texts, in radians
   * @return in radians
   */
  float of(float step);

  /**
   * All angles divided by one number (Chen et al. 2023, arXiv 2306.15595).
   *
   * @param factor above 0
   */
  record Linear(double factor) implements RotaryScaling {
    @Override
    public float of(float step) {
      return (float) (step / factor);
    }
  }

  /**
   * Llama 3's: slow angles are divided, fast ones stay, and those between are blended by how many
   * times they turn within the positions of the first training (Grattafiori et al. 2024, arXiv
   * 2407.21783; {@code rope_type} {@code llama3}).
   *
   * @param factor that slow angles are divided by; above 0
   * @param slowTurns turns within {@code positions} below which an angle is slow ({@code
   *     low_freq_factor})
   * @param fastTurns turns above which it is fast ({@code high_freq_factor}); above {@code
   *     slowTurns}
   * @param positions of the first training ({@code original_max_position_embeddings}), in tokens
   */
  record ByTurns(double factor, double slowTurns, double fastTurns, int positions)
      implements RotaryScaling {
    @Override
    public float of(float step) {
      double turns = positions * (double) step / (2 * Math.PI);
      if (turns < slowTurns) {
        return (float) (step / factor);
      }
      if (turns > fastTurns) {
        return step;
      }
      double share = (turns - slowTurns) / (fastTurns - slowTurns);
      return (float) ((1 - share) * step / factor + share * step);
    }
  }
}
