package io.haori.model.image;

import java.util.Base64;

/**
 * Small copies of pictures for pages, as addresses that hold the whole file ({@code data:}), so
 * that a page needs no other file. A tiny picture stays as it is (PNG); others are JPEG.
 */
public final class Thumbnail {
  /** Longer side of a picture that is shown by itself, in pixels. */
  public static final int LARGE = 400;

  /** Longer side of one among many, in pixels. */
  public static final int SMALL = 112;

  /** JPEG would blur what has few pixels, and save nothing. */
  private static final int EXACT = 64;

  private Thumbnail() {}

  /**
   * A picture as an address.
   *
   * @param picture decoded here
   * @param side that its copy's longer side has at most, in pixels
   * @return for {@code <img src>}
   * @throws io.haori.core.check.UserError when it cannot be decoded
   */
  public static String address(Picture picture, int side) {
    return address(picture.read(), side);
  }

  /**
   * Pixels as an address.
   *
   * @param picture that is shown
   * @param side that its copy's longer side has at most, in pixels
   * @return for {@code <img src>}
   */
  public static String address(Pixels picture, int side) {
    Pixels small = within(picture, side);
    boolean exact = Math.max(small.height(), small.width()) <= EXACT;
    byte[] file = HeatMap.file(small, exact ? "png" : "jpeg");
    String type = exact ? "image/png" : "image/jpeg";
    return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(file);
  }

  /** Smaller in its own proportions, never larger. */
  static Pixels within(Pixels picture, int side) {
    int longer = Math.max(picture.height(), picture.width());
    if (longer <= side) {
      return picture;
    }
    double scale = (double) side / longer;
    return Resampling.resize(
        picture,
        Math.max(1, (int) Math.round(scale * picture.height())),
        Math.max(1, (int) Math.round(scale * picture.width())),
        ResampleFilter.BILINEAR);
  }
}
