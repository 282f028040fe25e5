package io.haori.training.augment;

import io.haori.model.image.Pixels;
import io.haori.model.image.Tone;
import io.haori.model.image.Warp;
import java.util.SplittableRandom;

/** Operations of RandAugment on pictures, drawn at random. */
final class RandomOperations {
  private static final int AT_ONCE = 2;
  private static final int KINDS = 9;

  private RandomOperations() {}

  /** Two operations one after the other. */
  static Pixels apply(Pixels picture, SplittableRandom random) {
    Pixels altered = picture;
    for (int i = 0; i < AT_ONCE; i++) {
      int kind = random.nextInt(KINDS);
      double strength = random.nextDouble(-1, 1);
      altered =
          switch (kind) {
            case 0 -> Warp.turned(altered, 30 * strength);
            case 1 -> Warp.sheared(altered, 0.3 * strength, 0);
            case 2 -> Warp.sheared(altered, 0, 0.3 * strength);
            case 3 -> Warp.moved(altered, 0, 0.2 * strength);
            case 4 -> Warp.moved(altered, 0.2 * strength, 0);
            case 5 -> Tone.light(altered, 1 + 0.5 * strength);
            case 6 -> Tone.contrast(altered, 1 + 0.5 * strength);
            case 7 -> Tone.colour(altered, 1 + 0.9 * strength);
            default -> strength > 0 ? Tone.stretched(altered) : Tone.posterized(altered, 5);
          };
    }
    return altered;
  }
}
