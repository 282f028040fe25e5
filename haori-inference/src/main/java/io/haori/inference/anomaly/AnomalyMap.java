package io.haori.inference.anomaly;

/**
 * How anomalous a picture is, and where.
 *
 * @param score of the picture; at least 0, in the unit of the base's states
 * @param distances {@code [down · across]} of each patch from what good pictures have, row by row
 * @param down patches of a column
 * @param across patches of a row
 */
@SuppressWarnings("ArrayRecordComponent") // Drawn or measured at once, never compared.
public record AnomalyMap(double score, float[] distances, int down, int across) {
  /** Deviation of the smoothing, in pixels of a picture of 224 x 224. */
  private static final double DEVIATION = 4;

  private static final double USUAL_SIDE = 224;

  /**
   * The distances as a picture of pixels: bilinear between the middles of patches, smoothed by a
   * Gaussian of 4 pixels at 224 x 224 pixels, and as much less on smaller pictures.
   *
   * @param height in pixels
   * @param width in pixels
   * @return {@code [height · width]}
   */
  public float[] pixels(int height, int width) {
    float[] large = new float[height * width];
    for (int y = 0; y < height; y++) {
      double placeY = Math.max(0, Math.min(down - 1, (y + 0.5) * down / height - 0.5));
      int top = Math.min((int) placeY, Math.max(0, down - 2));
      for (int x = 0; x < width; x++) {
        double placeX = Math.max(0, Math.min(across - 1, (x + 0.5) * across / width - 0.5));
        int left = Math.min((int) placeX, Math.max(0, across - 2));
        large[y * width + x] = (float) between(top, left, placeY - top, placeX - left);
      }
    }
    double deviation = DEVIATION * Math.min(height, width) / USUAL_SIDE;
    return smooth(smooth(large, height, width, deviation, true), height, width, deviation, false);
  }

  private double between(int top, int left, double belowShare, double rightShare) {
    int bottom = Math.min(top + 1, down - 1);
    int right = Math.min(left + 1, across - 1);
    return (1 - belowShare)
            * ((1 - rightShare) * distances[top * across + left]
                + rightShare * distances[top * across + right])
        + belowShare
            * ((1 - rightShare) * distances[bottom * across + left]
                + rightShare * distances[bottom * across + right]);
  }

  /** One direction of a Gaussian, cut off at four deviations and made whole at the border. */
  private static float[] smooth(
      float[] values, int height, int width, double deviation, boolean rows) {
    int reach = (int) Math.ceil(4 * deviation);
    double[] weights = new double[reach + 1];
    for (int d = 0; d <= reach; d++) {
      weights[d] = deviation == 0 ? 1 : Math.exp(-d * d / (2 * deviation * deviation));
    }
    float[] to = new float[values.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int place = rows ? x : y;
        int end = rows ? width : height;
        double sum = 0;
        double all = 0;
        for (int p = Math.max(0, place - reach); p <= Math.min(end - 1, place + reach); p++) {
          double weight = weights[Math.abs(p - place)];
          sum += weight * values[rows ? y * width + p : p * width + x];
          all += weight;
        }
        to[y * width + x] = (float) (sum / all);
      }
    }
    return to;
  }
}
