package io.haori.model.backbone.picture;

import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;

/**
 * How a square grid of learnt places becomes one of another size: by the bicubic kernel of Keys
 * (1981) in each direction, as PyTorch's {@code interpolate} has it with corners that are not
 * aligned.
 */
public enum GridResampling {
  /** Four neighbours, the kernel with {@code a = −0.75}; those beyond the border repeat it. */
  BICUBIC {
    @Override
    double[] row(int index, int from, int to) {
      double scale = (double) from / to;
      double source = (index + 0.5) * scale - 0.5;
      int floor = (int) Math.floor(source);
      double[] row = new double[from];
      for (int tap = -1; tap <= 2; tap++) {
        int at = Math.min(Math.max(floor + tap, 0), from - 1);
        row[at] += cubic(source - (floor + tap), -0.75);
      }
      return row;
    }
  },

  /**
   * As many neighbours as the step is wide, the kernel with {@code a = −0.5}; those beyond the
   * border do not count.
   */
  ANTIALIASED_BICUBIC {
    @Override
    double[] row(int index, int from, int to) {
      double scale = (double) from / to;
      double stretch = Math.max(scale, 1);
      double support = 2 * stretch;
      double centre = scale * (index + 0.5);
      int first = Math.max((int) (centre - support + 0.5), 0);
      int end = Math.min((int) (centre + support + 0.5), from);
      double[] row = new double[from];
      double sum = 0;
      for (int at = first; at < end; at++) {
        row[at] = cubic((at - centre + 0.5) / stretch, -0.5);
        sum += row[at];
      }
      for (int at = first; at < end; at++) {
        row[at] /= sum;
      }
      return row;
    }
  };

  /** How much each of the old places counts for a new one, along one direction. */
  abstract double[] row(int index, int from, int to);

  /**
   * The whole change as one product.
   *
   * @param side rows and columns of the old grid
   * @param down rows of the new one
   * @param across columns of the new one
   * @return {@code [down · across, side · side]}
   */
  Tensor matrix(int side, int down, int across) {
    float[] all = new float[Math.multiplyExact(down * across, side * side)];
    int next = 0;
    for (int y = 0; y < down; y++) {
      double[] vertical = row(y, side, down);
      for (int x = 0; x < across; x++) {
        double[] horizontal = row(x, side, across);
        for (double v : vertical) {
          for (double h : horizontal) {
            all[next++] = (float) (v * h);
          }
        }
      }
    }
    return Tensors.of(all, (long) down * across, (long) side * side);
  }

  private static double cubic(double distance, double a) {
    double x = Math.abs(distance);
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
  }
}
