package io.haori.training.augment;

import io.haori.model.image.Pixels;
import io.haori.model.image.ResampleFilter;
import io.haori.model.image.Resampling;
import java.util.SplittableRandom;

/** Ways to change a picture that keep what it shows. */
final class PixelChanges {
  /** Least share of a side that a crop keeps. */
  private static final double LEAST_SIDE = 0.75;

  /** Degrees to either side. */
  private static final double MOST_TURN = 15;

  /** How much brighter or darker, and how much more or less contrast, at most. */
  private static final double MOST_LIGHT = 0.3;

  private PixelChanges() {}

  /** Left and right change places, in one picture of two. */
  static Pixels flip(Pixels picture, SplittableRandom random) {
    return random.nextBoolean() ? picture.upright(2) : picture;
  }

  /** A part of at least three quarters of each side, in the picture's size. */
  static Pixels crop(Pixels picture, SplittableRandom random) {
    int height = part(picture.height(), random);
    int width = part(picture.width(), random);
    int top = random.nextInt(picture.height() - height + 1);
    int left = random.nextInt(picture.width() - width + 1);
    return Resampling.resize(
        picture.crop(top, left, height, width),
        picture.height(),
        picture.width(),
        ResampleFilter.BILINEAR);
  }

  private static int part(int side, SplittableRandom random) {
    return Math.max(1, (int) Math.round(side * random.nextDouble(LEAST_SIDE, 1)));
  }

  /** Turned around the middle by up to 15 degrees; what was outside is the nearest border. */
  static Pixels rotate(Pixels picture, SplittableRandom random) {
    double angle = Math.toRadians(random.nextDouble(-MOST_TURN, MOST_TURN));
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double middleY = (picture.height() - 1) / 2.0;
    double middleX = (picture.width() - 1) / 2.0;
    byte[] rgb = new byte[picture.rgb().length];
    int next = 0;
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < picture.width(); x++) {
        double fromY = middleY + (y - middleY) * cos - (x - middleX) * sin;
        double fromX = middleX + (y - middleY) * sin + (x - middleX) * cos;
        for (int channel = 0; channel < 3; channel++) {
          rgb[next++] = (byte) Math.round(between(picture, fromY, fromX, channel));
        }
      }
    }
    return Pixels.of(picture.height(), picture.width(), rgb);
  }

  private static double between(Pixels picture, double row, double column, int channel) {
    double y = Math.max(0, Math.min(picture.height() - 1, row));
    double x = Math.max(0, Math.min(picture.width() - 1, column));
    int top = (int) y;
    int left = (int) x;
    int bottom = Math.min(top + 1, picture.height() - 1);
    int right = Math.min(left + 1, picture.width() - 1);
    double upper = mixed(picture.at(top, left, channel), picture.at(top, right, channel), x - left);
    double lower =
        mixed(picture.at(bottom, left, channel), picture.at(bottom, right, channel), x - left);
    return mixed(upper, lower, y - top);
  }

  private static double mixed(double one, double other, double share) {
    return one + (other - one) * share;
  }

  /** All values times 0.7 to 1.3. */
  static Pixels brightness(Pixels picture, SplittableRandom random) {
    return scaled(picture, factor(random), 0);
  }

  /** The distance of all values from their mean times 0.7 to 1.3. */
  static Pixels contrast(Pixels picture, SplittableRandom random) {
    long sum = 0;
    for (byte value : picture.rgb()) {
      sum += value & 0xFF;
    }
    return scaled(picture, factor(random), (double) sum / picture.rgb().length);
  }

  private static double factor(SplittableRandom random) {
    return random.nextDouble(1 - MOST_LIGHT, 1 + MOST_LIGHT);
  }

  private static Pixels scaled(Pixels picture, double factor, double around) {
    byte[] from = picture.rgb();
    byte[] to = new byte[from.length];
    for (int i = 0; i < to.length; i++) {
      double value = around + factor * ((from[i] & 0xFF) - around);
      to[i] = (byte) Math.round(Math.max(0, Math.min(255, value)));
    }
    return Pixels.of(picture.height(), picture.width(), to);
  }
}
