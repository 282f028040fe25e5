package io.haori.model.image;

import java.util.Arrays;

/**
 * A picture as numbers: red, green and blue of each pixel, 8 bits each. Immutable.
 *
 * <p>The bytes are {@code [height, width, 3]}, row by row from the top left, and are not copied:
 * whoever hands an array over or reads it does not change it afterwards.
 */
public final class Pixels {
  private final int height;
  private final int width;
  private final byte[] rgb;

  private Pixels(int height, int width, byte[] rgb) {
    this.height = height;
    this.width = width;
    this.rgb = rgb;
  }

  /**
   * A picture of given numbers.
   *
   * @param height in pixels, at least 1
   * @param width in pixels, at least 1
   * @param rgb {@code [height, width, 3]}, unsigned; not copied
   */
  public static Pixels of(int height, int width, byte[] rgb) {
    if (height < 1 || width < 1 || rgb.length != Math.multiplyExact(3L * height, width)) {
      throw new IllegalArgumentException(
          rgb.length + " bytes are not " + height + " x " + width + " pixels");
    }
    return new Pixels(height, width, rgb);
  }

  /** Rows of pixels. */
  public int height() {
    return height;
  }

  /** Pixels of a row. */
  public int width() {
    return width;
  }

  /** {@code [height, width, 3]}, unsigned; not copied, not to be changed. */
  public byte[] rgb() {
    return rgb;
  }

  /**
   * One number.
   *
   * @param y row, from 0 at the top
   * @param x column, from 0 at the left
   * @param channel 0 red, 1 green, 2 blue
   * @return 0 to 255
   */
  public int at(int y, int x, int channel) {
    return rgb[(y * width + x) * 3 + channel] & 0xFF;
  }

  /**
   * The part of the picture in the middle. Where the picture is smaller, the rest is black.
   *
   * @param toHeight in pixels
   * @param toWidth in pixels
   * @return this when it has that size
   */
  public Pixels centerCrop(int toHeight, int toWidth) {
    if (toHeight == height && toWidth == width) {
      return this;
    }
    return crop(start(height, toHeight), start(width, toWidth), toHeight, toWidth);
  }

  /**
   * Where a crop begins; outside of a smaller picture, whose padding begins with the larger half.
   */
  private static int start(int from, int to) {
    return from >= to ? (from - to) / 2 : -((to - from + 1) / 2);
  }

  /**
   * A part of the picture; what is outside of it is black.
   *
   * @param top row of the part's first pixel; may be negative
   * @param left column of the part's first pixel; may be negative
   * @param toHeight in pixels
   * @param toWidth in pixels
   */
  public Pixels crop(int top, int left, int toHeight, int toWidth) {
    var to = new byte[Math.multiplyExact(3 * toHeight, toWidth)];
    int first = Math.max(0, -left);
    int count = Math.min(toWidth, width - left) - first;
    for (int y = Math.max(0, -top); count > 0 && y < Math.min(toHeight, height - top); y++) {
      int from = ((top + y) * width + left + first) * 3;
      System.arraycopy(rgb, from, to, (y * toWidth + first) * 3, count * 3);
    }
    return new Pixels(toHeight, toWidth, to);
  }

  /**
   * The picture turned upright.
   *
   * @param orientation of Exif: 1 as it is, 2 mirrored, 3 upside down, 4 mirrored upside down, 5
   *     mirrored and turned left, 6 turned left, 7 mirrored and turned right, 8 turned right;
   *     anything else counts as 1
   */
  public Pixels upright(int orientation) {
    if (orientation < 2 || orientation > 8) {
      return this;
    }
    boolean swaps = orientation >= 5;
    int toHeight = swaps ? width : height;
    int toWidth = swaps ? height : width;
    boolean down = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    boolean across = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    var to = new byte[rgb.length];
    for (int y = 0; y < toHeight; y++) {
      int fromY = down ? toHeight - 1 - y : y;
      for (int x = 0; x < toWidth; x++) {
        int fromX = across ? toWidth - 1 - x : x;
        int from = (swaps ? fromX * width + fromY : fromY * width + fromX) * 3;
        int at = (y * toWidth + x) * 3;
        to[at] = rgb[from];
        to[at + 1] = rgb[from + 1];
        to[at + 2] = rgb[from + 2];
      }
    }
    return new Pixels(toHeight, toWidth, to);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pixels that
        && height == that.height
        && width == that.width
        && Arrays.equals(rgb, that.rgb);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(rgb) + width;
  }

  @Override
  public String toString() {
    return height + " x " + width + " pixels";
  }
}
