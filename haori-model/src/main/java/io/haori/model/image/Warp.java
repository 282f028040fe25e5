package io.haori.model.image;

/**
 * Pictures turned, sheared or cut, bilinear between four pixels. What would be outside of the
 * picture is that of its border.
 */
public final class Warp {
  private Warp() {}

  /** Left and right changed. */
  public static Pixels mirrored(Pixels from) {
    return from.upright(2);
  }

  /**
   * A part of a picture as large as the whole.
   *
   * @param from the picture
   * @param top where the part begins, as a share of the height
   * @param left where the part begins, as a share of the width
   * @param height of the part, as a share
   * @param width of the part, as a share
   */
  public static Pixels part(Pixels from, double top, double left, double height, double width) {
    return of(from, new double[] {width, 0, left * from.width(), 0, height, top * from.height()});
  }

  /**
   * Turned around the middle.
   *
   * @param from the picture
   * @param degrees to the right
   */
  public static Pixels turned(Pixels from, double degrees) {
    double cos = Math.cos(Math.toRadians(degrees));
    double sin = Math.sin(Math.toRadians(degrees));
    return around(from, cos, sin, -sin, cos);
  }

  /**
   * Sheared around the middle.
   *
   * @param from the picture
   * @param across pixels to the side for each pixel down
   * @param down pixels down for each pixel to the side
   */
  public static Pixels sheared(Pixels from, double across, double down) {
    return around(from, 1, across, down, 1);
  }

  /**
   * Moved.
   *
   * @param from the picture
   * @param down pixels, as a share of the height
   * @param across pixels, as a share of the width
   */
  public static Pixels moved(Pixels from, double down, double across) {
    return of(from, new double[] {1, 0, -across * from.width(), 0, 1, -down * from.height()});
  }

  private static Pixels around(Pixels from, double xx, double xy, double yx, double yy) {
    double middleX = from.width() / 2.0;
    double middleY = from.height() / 2.0;
    return of(
        from,
        new double[] {
          xx, xy, middleX - xx * middleX - xy * middleY,
          yx, yy, middleY - yx * middleX - yy * middleY
        });
  }

  /** Where each pixel's middle comes from: {@code x' = a x + b y + c, y' = d x + e y + f}. */
  private static Pixels of(Pixels from, double[] map) {
    int height = from.height();
    int width = from.width();
    byte[] to = new byte[from.rgb().length];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double fromX = map[0] * (x + 0.5) + map[1] * (y + 0.5) + map[2] - 0.5;
        double fromY = map[3] * (x + 0.5) + map[4] * (y + 0.5) + map[5] - 0.5;
        int left = (int) Math.floor(fromX);
        int top = (int) Math.floor(fromY);
        double right = fromX - left;
        double below = fromY - top;
        int x0 = within(left, width);
        int x1 = within(left + 1, width);
        int y0 = within(top, height);
        int y1 = within(top + 1, height);
        for (int c = 0; c < 3; c++) {
          double upper = (1 - right) * from.at(y0, x0, c) + right * from.at(y0, x1, c);
          double lower = (1 - right) * from.at(y1, x0, c) + right * from.at(y1, x1, c);
          to[at++] = (byte) Math.round((1 - below) * upper + below * lower);
        }
      }
    }
    return Pixels.of(height, width, to);
  }

  private static int within(int place, int size) {
    return Math.max(0, Math.min(size - 1, place));
  }
}
