package io.haori.model.image;

import java.util.function.IntUnaryOperator;

/** Pictures lighter, darker, with more or less contrast, colour or tones. */
public final class Tone {
  private Tone() {}

  /**
   * Lighter or darker.
   *
   * @param from the picture
   * @param factor of all values; at least 0
   */
  public static Pixels light(Pixels from, double factor) {
    return each(from, value -> (int) Math.round(value * factor));
  }

  /**
   * More or less contrast around the mean.
   *
   * @param from the picture
   * @param factor of the distance from the mean; at least 0
   */
  public static Pixels contrast(Pixels from, double factor) {
    long sum = 0;
    for (byte value : from.rgb()) {
      sum += value & 0xFF;
    }
    double mean = (double) sum / from.rgb().length;
    return each(from, value -> (int) Math.round(mean + factor * (value - mean)));
  }

  /**
   * More or less colour.
   *
   * @param from the picture
   * @param factor of the distance from grey; at least 0
   */
  public static Pixels colour(Pixels from, double factor) {
    byte[] to = from.rgb().clone();
    for (int i = 0; i < to.length; i += 3) {
      double grey =
          0.299 * (to[i] & 0xFF) + 0.587 * (to[i + 1] & 0xFF) + 0.114 * (to[i + 2] & 0xFF);
      for (int c = i; c < i + 3; c++) {
        to[c] = clipped((int) Math.round(grey + factor * ((to[c] & 0xFF) - grey)));
      }
    }
    return Pixels.of(from.height(), from.width(), to);
  }

  /**
   * Fewer tones.
   *
   * @param from the picture
   * @param bits of each value that are kept, from 1 to 8
   */
  public static Pixels posterized(Pixels from, int bits) {
    int mask = 0xFF << (8 - bits);
    return each(from, value -> value & mask);
  }

  /** The darkest value of each colour becomes 0 and the lightest 255. */
  public static Pixels stretched(Pixels from) {
    byte[] to = from.rgb().clone();
    for (int c = 0; c < 3; c++) {
      int least = 255;
      int most = 0;
      for (int i = c; i < to.length; i += 3) {
        least = Math.min(least, to[i] & 0xFF);
        most = Math.max(most, to[i] & 0xFF);
      }
      for (int i = c; i < to.length && most > least; i += 3) {
        to[i] = (byte) Math.round(255.0 * ((to[i] & 0xFF) - least) / (most - least));
      }
    }
    return Pixels.of(from.height(), from.width(), to);
  }

  private static Pixels each(Pixels from, IntUnaryOperator change) {
    byte[] of = new byte[256];
    for (int value = 0; value < of.length; value++) {
      of[value] = clipped(change.applyAsInt(value));
    }
    byte[] to = from.rgb().clone();
    for (int i = 0; i < to.length; i++) {
      to[i] = of[to[i] & 0xFF];
    }
    return Pixels.of(from.height(), from.width(), to);
  }

  private static byte clipped(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
