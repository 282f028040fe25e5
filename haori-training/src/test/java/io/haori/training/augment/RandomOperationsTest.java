package io.haori.training.augment;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.model.image.Pixels;
import io.haori.model.image.Tone;
import io.haori.model.image.Warp;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RandomOperationsTest {
  private final Pixels picture = picture();

  @Test
  void aSeedGivesAPictureAndOthersGiveOthers() {
    Set<Pixels> all = new HashSet<>();
    for (long seed = 0; seed < 12; seed++) {
      Pixels altered = RandomOperations.apply(picture, new SplittableRandom(seed));
      assertThat(altered.toString()).isEqualTo(picture.toString());
      assertThat(RandomOperations.apply(picture, new SplittableRandom(seed))).isEqualTo(altered);
      all.add(altered);
    }
    assertThat(all).hasSizeGreaterThanOrEqualTo(9);
  }

  @Test
  void theWholePictureUnturnedIsThePicture() {
    assertThat(Warp.part(picture, 0, 0, 1, 1)).isEqualTo(picture);
    assertThat(Warp.turned(picture, 0)).isEqualTo(picture);
    assertThat(Warp.moved(picture, 0, 0)).isEqualTo(picture);
    assertThat(Tone.light(picture, 1)).isEqualTo(picture);
    assertThat(Tone.contrast(picture, 1)).isEqualTo(picture);
    assertThat(Tone.colour(picture, 1)).isEqualTo(picture);
    assertThat(Tone.posterized(picture, 8)).isEqualTo(picture);
  }

  @Test
  void aQuarterTurnIsThatOfExif() {
    Pixels square = picture.crop(0, 0, 9, 9);

    assertThat(Warp.turned(square, 90)).isEqualTo(square.upright(6));
    assertThat(Warp.turned(square, -90)).isEqualTo(square.upright(8));
  }

  @Test
  void aPictureMovesByWholePixels() {
    Pixels moved = Warp.moved(picture, 0, 2.0 / 12);

    for (int x = 2; x < 12; x++) {
      assertThat(moved.at(4, x, 1)).isEqualTo(picture.at(4, x - 2, 1));
    }
    assertThat(moved.at(4, 0, 1)).isEqualTo(picture.at(4, 0, 1));
  }

  @Test
  void tonesChangeByTheirFactors() {
    Pixels two = Pixels.of(1, 2, new byte[] {100, 100, 100, 20, 60, 40});

    assertThat(Tone.light(two, 1.5).at(0, 0, 0)).isEqualTo(150);
    assertThat(Tone.light(two, 3).at(0, 0, 0)).isEqualTo(255);
    // The mean is 70.
    assertThat(Tone.contrast(two, 0.5).at(0, 1, 0)).isEqualTo(45);
    assertThat(Tone.colour(two, 0).at(0, 1, 1)).isEqualTo(46);
    assertThat(Tone.stretched(two).at(0, 1, 2)).isZero();
    assertThat(Tone.posterized(two, 1).at(0, 0, 0)).isZero();
  }

  private static Pixels picture() {
    byte[] rgb = new byte[3 * 9 * 12];
    new Random(4).nextBytes(rgb);
    return Pixels.of(9, 12, rgb);
  }
}
