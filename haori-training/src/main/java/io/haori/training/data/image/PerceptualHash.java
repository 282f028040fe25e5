package io.haori.training.data.image;

import io.haori.model.image.Pixels;
import io.haori.model.image.ResampleFilter;
import io.haori.model.image.Resampling;
import java.util.Arrays;

/**
 * A fingerprint of what a picture looks like: the signs of its 63 lowest frequencies against their
 * median, of the discrete cosine transform of 32 x 32 greys (pHash; Zauner 2010, <a
 * href="https://www.phash.org/docs/pubs/thesis_zauner.pdf">Implementation and Benchmarking of
 * Perceptual Image Hash Functions</a>). Other sizes, qualities and formats of one picture differ in
 * few bits.
 *
 * <p>Bits alone confuse pictures with little in them, so the greys are kept, too, and compared.
 */
public final class PerceptualHash {
  private static final int SIDE = 32;
  private static final int LOW = 8;

  /** Bits in which two copies of a picture may differ; those of others differ in half of 63. */
  private static final int MOST_BITS = 12;

  /** How much the greys of two copies may differ in the mean, of 255. */
  static final double MOST_MEAN = 1.5;

  /** How much one grey may differ; more is something that only one of the pictures shows. */
  private static final int MOST_GREY = 12;

  private final long bits;
  private final int[] greys;

  private PerceptualHash(long bits, int[] greys) {
    this.bits = bits;
    this.greys = greys;
  }

  /** The fingerprint of a picture. */
  public static PerceptualHash of(Pixels picture) {
    Pixels small = Resampling.resize(picture, SIDE, SIDE, ResampleFilter.BOX);
    var greys = new int[SIDE * SIDE];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        greys[y * SIDE + x] =
            (299 * small.at(y, x, 0) + 587 * small.at(y, x, 1) + 114 * small.at(y, x, 2)) / 1000;
      }
    }
    double[] low = lowFrequencies(greys);
    double[] sorted = Arrays.copyOfRange(low, 1, low.length);
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    long bits = 0;
    for (int i = 1; i < low.length; i++) {
      bits |= low[i] > median ? 1L << i : 0;
    }
    return new PerceptualHash(bits, greys);
  }

  /** The 8 x 8 lowest frequencies; the first is the mean, which says nothing. */
  private static double[] lowFrequencies(int[] greys) {
    var waves = new double[LOW][SIDE];
    for (int k = 0; k < LOW; k++) {
      for (int x = 0; x < SIDE; x++) {
        waves[k][x] = Math.cos(Math.PI * k * (2 * x + 1) / (2.0 * SIDE));
      }
    }
    var rows = new double[SIDE][LOW];
    for (int y = 0; y < SIDE; y++) {
      for (int k = 0; k < LOW; k++) {
        for (int x = 0; x < SIDE; x++) {
          rows[y][k] += greys[y * SIDE + x] * waves[k][x];
        }
      }
    }
    var low = new double[LOW * LOW];
    for (int k = 0; k < LOW; k++) {
      for (int l = 0; l < LOW; l++) {
        for (int y = 0; y < SIDE; y++) {
          low[k * LOW + l] += rows[y][l] * waves[k][y];
        }
      }
    }
    return low;
  }

  /** The mean of the greys, 0 to 255. */
  double mean() {
    return (double) Arrays.stream(greys).sum() / greys.length;
  }

  /**
   * Whether two pictures look the same: few signs differ, and no grey does by much.
   *
   * @param other another picture's
   */
  public boolean looksLike(PerceptualHash other) {
    if (Long.bitCount(bits ^ other.bits) > MOST_BITS) {
      return false;
    }
    long sum = 0;
    for (int i = 0; i < greys.length; i++) {
      int difference = Math.abs(greys[i] - other.greys[i]);
      if (difference > MOST_GREY) {
        return false;
      }
      sum += difference;
    }
    return sum <= MOST_MEAN * greys.length;
  }
}
