package io.haori.model.image;

import java.util.Arrays;

/**
 * Resizes pictures as Pillow's {@code Image.resize} does, to the last bit: first each row, then
 * each column, with weights of 22 binary places and a filter that widens as the picture shrinks
 * (antialiasing). See <a
 * href="https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters">Pillow's
 * filters</a>.
 */
public final class Resampling {
  /** Binary places of a weight: 32 bits less 8 of a pixel and 2 for sums above 1. */
  private static final int PLACES = 32 - 8 - 2;

  private Resampling() {}

  /**
   * A picture of another size.
   *
   * @param from any size
   * @param height in pixels, at least 1
   * @param width in pixels, at least 1
   * @param filter which pixels count how much
   * @return the same picture when it has the size already
   */
  public static Pixels resize(Pixels from, int height, int width, ResampleFilter filter) {
    if (from.height() == height && from.width() == width) {
      return from;
    }
    if (filter == ResampleFilter.NEAREST) {
      return nearest(from, height, width);
    }
    Pixels wide =
        from.width() == width ? from : rows(from, Weights.of(from.width(), width, filter));
    return wide.height() == height
        ? wide
        : columns(wide, Weights.of(from.height(), height, filter));
  }

  private static Pixels nearest(Pixels from, int height, int width) {
    int[] columns = places(from.width(), width);
    int[] rows = places(from.height(), height);
    byte[] rgb = from.rgb();
    var to = new byte[Math.multiplyExact(3 * height, width)];
    int at = 0;
    for (int row : rows) {
      for (int column : columns) {
        int pixel = (row * from.width() + column) * 3;
        to[at++] = rgb[pixel];
        to[at++] = rgb[pixel + 1];
        to[at++] = rgb[pixel + 2];
      }
    }
    return Pixels.of(height, width, to);
  }

  /** Places are added up, not multiplied, as their last bits decide between two pixels. */
  private static int[] places(int from, int to) {
    var places = new int[to];
    double step = (double) from / to;
    double place = step * 0.5;
    for (int i = 0; i < to; i++) {
      places[i] = Math.min((int) place, from - 1);
      place += step;
    }
    return places;
  }

  private static Pixels rows(Pixels from, Weights weights) {
    int width = weights.size();
    byte[] rgb = from.rgb();
    var to = new byte[Math.multiplyExact(3 * from.height(), width)];
    int at = 0;
    for (int y = 0; y < from.height(); y++) {
      int row = y * from.width() * 3;
      for (int x = 0; x < width; x++) {
        int[] weight = weights.of(x);
        int first = row + weights.first(x) * 3;
        int red = 1 << (PLACES - 1);
        int green = red;
        int blue = red;
        for (int share : weight) {
          red += (rgb[first++] & 0xFF) * share;
          green += (rgb[first++] & 0xFF) * share;
          blue += (rgb[first++] & 0xFF) * share;
        }
        to[at++] = clipped(red);
        to[at++] = clipped(green);
        to[at++] = clipped(blue);
      }
    }
    return Pixels.of(from.height(), width, to);
  }

  private static Pixels columns(Pixels from, Weights weights) {
    int height = weights.size();
    int row = from.width() * 3;
    byte[] rgb = from.rgb();
    var to = new byte[Math.multiplyExact(height, row)];
    var sums = new int[row];
    for (int y = 0; y < height; y++) {
      Arrays.fill(sums, 1 << (PLACES - 1));
      int first = weights.first(y) * row;
      for (int share : weights.of(y)) {
        for (int i = 0; i < row; i++) {
          sums[i] += (rgb[first + i] & 0xFF) * share;
        }
        first += row;
      }
      for (int i = 0; i < row; i++) {
        to[y * row + i] = clipped(sums[i]);
      }
    }
    return Pixels.of(height, from.width(), to);
  }

  private static byte clipped(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> PLACES));
  }

  /** Which pixels of a line count how much for each pixel of the resized line. */
  @SuppressWarnings("ArrayRecordComponent") // Private, never compared.
  private record Weights(int[] firsts, int[][] shares) {
    static Weights of(int from, int to, ResampleFilter filter) {
      double scale = (double) from / to;
      double wide = Math.max(scale, 1);
      double support = filter.support() * wide;
      var firsts = new int[to];
      var shares = new int[to][];
      for (int i = 0; i < to; i++) {
        double center = (i + 0.5) * scale;
        int first = Math.max(0, (int) (center - support + 0.5));
        int end = Math.min(from, (int) (center + support + 0.5));
        var weights = new double[end - first];
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
          // The reciprocal, as a quotient would differ in its last bit.
          weights[k] = filter.weight((k + first - center + 0.5) * (1 / wide));
          sum += weights[k];
        }
        firsts[i] = first;
        shares[i] = fixed(weights, sum);
      }
      return new Weights(firsts, shares);
    }

    private static int[] fixed(double[] weights, double sum) {
      var fixed = new int[weights.length];
      for (int k = 0; k < weights.length; k++) {
        double share = sum == 0 ? weights[k] : weights[k] / sum;
        fixed[k] = (int) ((share < 0 ? -0.5 : 0.5) + share * (1 << PLACES));
      }
      return fixed;
    }

    int size() {
      return firsts.length;
    }

    int first(int i) {
      return firsts[i];
    }

    int[] of(int i) {
      return shares[i];
    }
  }
}
