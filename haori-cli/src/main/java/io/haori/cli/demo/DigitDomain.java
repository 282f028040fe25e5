package io.haori.cli.demo;

import java.util.Locale;
import java.util.Random;

/** What is done to digits, so that each domain looks different and asks for the same classes. */
enum DigitDomain {
  /** As they are: light ink on black. */
  PLAIN,
  /** Dark ink on white. */
  INVERTED,
  /** Turned by 45 degrees. */
  ROTATED,
  /** With normal noise of a deviation of 64 of 255. */
  NOISY,
  /** With ink that is a pixel wider on each side. */
  THICK;

  private static final int SIDE = DigitArchive.SIDE;
  private static final double ANGLE = Math.PI / 4;
  private static final double NOISE = 64;

  /** The name of the domain and of its folder. */
  String folder() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * A digit of this domain.
   *
   * @param greys {@code [28 · 28]}, not changed
   * @param random of the noise
   * @return {@code [28 · 28]}
   */
  byte[] of(byte[] greys, Random random) {
    byte[] to = new byte[greys.length];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int grey = greys[y * SIDE + x] & 0xFF;
        double value =
            switch (this) {
              case PLAIN -> grey;
              case INVERTED -> 255 - grey;
              case ROTATED -> turned(greys, y, x);
              case NOISY -> grey + NOISE * random.nextGaussian();
              case THICK -> most(greys, y, x);
            };
        to[y * SIDE + x] = (byte) Math.round(Math.max(0, Math.min(255, value)));
      }
    }
    return to;
  }

  /** Bilinear between the four pixels around the place from which a pixel was turned. */
  private static double turned(byte[] greys, int y, int x) {
    double middle = (SIDE - 1) / 2.0;
    double dy = y - middle;
    double dx = x - middle;
    double fromY = middle + Math.cos(ANGLE) * dy - Math.sin(ANGLE) * dx;
    double fromX = middle + Math.sin(ANGLE) * dy + Math.cos(ANGLE) * dx;
    int top = (int) Math.floor(fromY);
    int left = (int) Math.floor(fromX);
    double down = fromY - top;
    double across = fromX - left;
    return (1 - down) * ((1 - across) * at(greys, top, left) + across * at(greys, top, left + 1))
        + down * ((1 - across) * at(greys, top + 1, left) + across * at(greys, top + 1, left + 1));
  }

  private static int most(byte[] greys, int y, int x) {
    int most = 0;
    for (int dy = -1; dy <= 1; dy++) {
      for (int dx = -1; dx <= 1; dx++) {
        most = Math.max(most, at(greys, y + dy, x + dx));
      }
    }
    return most;
  }

  private static int at(byte[] greys, int y, int x) {
    return y < 0 || x < 0 || y >= SIDE || x >= SIDE ? 0 : greys[y * SIDE + x] & 0xFF;
  }
}
