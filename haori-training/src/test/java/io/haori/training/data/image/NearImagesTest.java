package io.haori.training.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.model.image.Pixels;
import io.haori.model.image.ResampleFilter;
import io.haori.model.image.Resampling;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NearImagesTest {
  @Test
  void findsAPictureInAnotherSizeAndWithNoise() {
    NearImages images = new NearImages();
    for (int seed = 0; seed < 30; seed++) {
      images.add(PerceptualHash.of(picture(seed, 0)));
    }

    Pixels smaller = Resampling.resize(picture(17, 0), 70, 60, ResampleFilter.BICUBIC);

    assertThat(images.find(PerceptualHash.of(smaller))).hasValue(17);
    assertThat(images.find(PerceptualHash.of(picture(5, 3)))).hasValue(5);
  }

  @Test
  void findsNothingAmongOtherPictures() {
    NearImages images = new NearImages();
    for (int seed = 0; seed < 200; seed++) {
      PerceptualHash hash = PerceptualHash.of(picture(seed, 0));
      assertThat(images.find(hash)).isEmpty();
      images.add(hash);
    }
  }

  @Test
  void aMarkOnOneOfTwoPicturesMakesThemDifferent() {
    Pixels good = picture(3, 0);
    byte[] marked = good.rgb().clone();
    for (int y = 40; y < 50; y++) {
      for (int x = 60; x < 70; x++) {
        marked[(y * 120 + x) * 3] = (byte) 255;
        marked[(y * 120 + x) * 3 + 1] = (byte) 255;
        marked[(y * 120 + x) * 3 + 2] = (byte) 255;
      }
    }

    assertThat(PerceptualHash.of(good).looksLike(PerceptualHash.of(Pixels.of(90, 120, marked))))
        .isFalse();
  }

  /** Some soft spots on grey, with a little noise. */
  private static Pixels picture(int seed, int noise) {
    Random spots = new Random(seed);
    Random grain = new Random(1000 + seed);
    var light = new double[90 * 120];
    for (int spot = 0; spot < 6; spot++) {
      double cy = spots.nextDouble() * 90;
      double cx = spots.nextDouble() * 120;
      double height = spots.nextDouble() * 200 - 100;
      for (int i = 0; i < light.length; i++) {
        int row = i / 120;
        double dy = row - cy;
        double dx = i % 120 - cx;
        light[i] += height * Math.exp(-(dy * dy + dx * dx) / 800);
      }
    }
    var rgb = new byte[3 * light.length];
    for (int i = 0; i < rgb.length; i++) {
      double value = 100 + light[i / 3] + noise * grain.nextGaussian();
      rgb[i] = (byte) Math.max(0, Math.min(255, (int) value));
    }
    return Pixels.of(90, 120, rgb);
  }
}
