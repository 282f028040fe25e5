package io.haori.model.image;

import java.util.Arrays;
import java.util.Optional;

/** How a pixel of a resized picture is made of those around its place, with Pillow's numbers. */
public enum ResampleFilter {
  /** The pixel at the place. */
  NEAREST(0, 0),
  /** {@code sinc(x) sinc(x / 3)} to 3 pixels away. */
  LANCZOS(1, 3),
  /** A triangle to 1 pixel away. */
  BILINEAR(2, 1),
  /** Keys's cubic with {@code a = -0.5} to 2 pixels away. */
  BICUBIC(3, 2),
  /** The mean of the pixels that are covered. */
  BOX(4, 0.5),
  /** {@code sinc(x)} under a Hamming window to 1 pixel away. */
  HAMMING(5, 1);

  private static final double CUBIC = -0.5;

  private final int number;
  private final double support;

  ResampleFilter(int number, double support) {
    this.number = number;
    this.support = support;
  }

  /** The filter that {@code resample} of a {@code preprocessor_config.json} names. */
  static Optional<ResampleFilter> of(int number) {
    return Arrays.stream(values()).filter(one -> one.number == number).findFirst();
  }

  /** How far away pixels count, in pixels of the coarser of both pictures. */
  double support() {
    return support;
  }

  /**
   * The share of a pixel before all are made to add up to 1.
   *
   * @param x its distance in pixels
   */
  double weight(double x) {
    double away = Math.abs(x);
    return switch (this) {
      case NEAREST -> throw new IllegalStateException("nearest weighs nothing");
      case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
      case BILINEAR -> away < 1 ? 1 - away : 0;
      case BICUBIC -> cubic(away);
      case HAMMING -> hamming(away);
      case LANCZOS -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
    };
  }

  private static double cubic(double x) {
    if (x < 1) {
      return ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * CUBIC : 0;
  }

  private static double hamming(double x) {
    if (x == 0) {
      return 1;
    }
    return x >= 1 ? 0 : sinc(x) * (0.54f + 0.46f * Math.cos(Math.PI * x));
  }

  private static double sinc(double x) {
    double angle = Math.PI * x;
    return x == 0 ? 1 : Math.sin(angle) / angle;
  }
}
