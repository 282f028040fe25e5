package io.haori.model.image;

import java.util.Base64;

/**
 * A small copy of a picture for pages. A tiny picture stays as it is (PNG); others are JPEG.
 *
 * @param type of the file, for example {@code image/jpeg}
 * @param content of the file
 */
@SuppressWarnings("ArrayRecordComponent") // Sent, never compared.
public record Thumbnail(String type, byte[] content) {
  /** Longer side of a picture that is shown by itself, in pixels. */
  public static final int LARGE = 400;

  /** Longer side of one among many, in pixels. */
  public static final int SMALL = 112;

  /** JPEG would blur what has few pixels, and save nothing. */
  private static final int EXACT = 64;

  /**
   * A copy in the proportions of the picture, never larger than it.
   *
   * @param picture any
   * @param side that the longer side has at most, in pixels
   */
  public static Thumbnail of(Pixels picture, int side) {
    Pixels small = within(picture, side);
    boolean exact = Math.max(small.height(), small.width()) <= EXACT;
    return exact
        ? new Thumbnail("image/png", HeatMap.file(small, "png"))
        : new Thumbnail("image/jpeg", HeatMap.file(small, "jpeg"));
  }

  private static Pixels within(Pixels picture, int side) {
    int longer = Math.max(picture.height(), picture.width());
    if (longer <= side) {
      return picture;
    }
    double scale = (double) side / longer;
    return Resampling.resize(
        picture,
        (int) Math.max(1, Math.round(scale * picture.height())),
        (int) Math.max(1, Math.round(scale * picture.width())),
        ResampleFilter.BILINEAR);
  }

  /** The whole file as an address, so that a page needs no other file. */
  public String address() {
    return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(content);
  }
}
