package io.haori.inference.heat;

import io.haori.inference.model.TextPass;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.PictureReader;
import io.haori.model.base.BaseInput;
import io.haori.model.image.HeatMap;
import io.haori.model.image.Pixels;
import java.util.Arrays;
import java.util.Objects;

/** Draws how much each patch of a picture counted for an answer over what the base saw of it. */
public final class RelevanceMap {
  /** Shorter side of what is drawn, in pixels, at least. */
  private static final int LEAST_SIDE = 224;

  private RelevanceMap() {}

  /**
   * Where a model looked for an answer.
   *
   * @param pass of a classifier on a base that reads pictures
   * @param row with a picture
   * @param head index of the head that answers
   * @param answer index of the class that is explained
   * @return the picture in grey, in colour where it counted; {@link HeatMap#write} writes it
   */
  public static Pixels of(TextPass pass, Row row, int head, int answer) {
    BaseInput.Pictures input = ((PictureReader) pass.base().reader()).input();
    double[] tokens = Relevance.of(pass, row, head, answer);
    Pixels seen = input.steps().fit(Objects.requireNonNull(row.picture()).read());
    int side = input.shape().patchSize();
    return over(
        seen,
        Arrays.copyOfRange(tokens, input.shape().leadingTokens(), tokens.length),
        seen.height() / side,
        seen.width() / side);
  }

  /**
   * Numbers of patches over a picture.
   *
   * @param picture as the base saw it
   * @param patches {@code [down · across]} how much each patch counted, at least 0
   * @param down patches of a column
   * @param across patches of a row
   */
  static Pixels over(Pixels picture, double[] patches, int down, int across) {
    Pixels large = enlarged(picture);
    float[] values = new float[large.height() * large.width()];
    for (int y = 0; y < large.height(); y++) {
      double row = place(y, large.height(), down);
      for (int x = 0; x < large.width(); x++) {
        double column = place(x, large.width(), across);
        values[y * large.width() + x] = (float) between(patches, down, across, row, column);
      }
    }
    double most = Arrays.stream(patches).max().orElse(0);
    return HeatMap.over(large, values, 0, most > 0 ? most : 1);
  }

  /** Among the middles of patches, of a pixel. */
  private static double place(int pixel, int pixels, int patches) {
    double place = (pixel + 0.5) / pixels * patches - 0.5;
    return Math.max(0, Math.min(patches - 1, place));
  }

  private static double between(double[] patches, int down, int across, double row, double column) {
    int top = (int) row;
    int left = (int) column;
    int bottom = Math.min(top + 1, down - 1);
    int right = Math.min(left + 1, across - 1);
    double x = column - left;
    double upper = mixed(patches[top * across + left], patches[top * across + right], x);
    double lower = mixed(patches[bottom * across + left], patches[bottom * across + right], x);
    return mixed(upper, lower, row - top);
  }

  private static double mixed(double one, double other, double share) {
    return one + (other - one) * share;
  }

  /** A small picture as squares of pixels, so that people see something. */
  private static Pixels enlarged(Pixels picture) {
    int times = (LEAST_SIDE - 1) / Math.min(picture.height(), picture.width()) + 1;
    int height = picture.height() * times;
    int width = picture.width() * times;
    byte[] rgb = new byte[3 * height * width];
    int next = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int channel = 0; channel < 3; channel++) {
          rgb[next++] = (byte) picture.at(y / times, x / times, channel);
        }
      }
    }
    return Pixels.of(height, width, rgb);
  }
}
