package io.haori.inference.heat;

import io.haori.core.files.AtomicFiles;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.PictureReader;
import io.haori.model.base.BaseInput;
import io.haori.model.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import javax.imageio.ImageIO;

/**
 * How much each patch of a picture counted, drawn over the picture: what counted most is red, what
 * counted little is the picture in grey.
 */
public final class HeatMap {
  /** Shorter side of what is drawn, in pixels, at least. */
  private static final int LEAST_SIDE = 224;

  /** How much of a pixel that counted most is its colour. */
  private static final double MOST_COLOUR = 0.65;

  private final Pixels picture;
  private final double[] heat;
  private final int down;
  private final int across;

  private HeatMap(Pixels picture, double[] heat, int down, int across) {
    this.picture = picture;
    this.heat = heat;
    this.down = down;
    this.across = across;
  }

  /**
   * Where a model looked for an answer.
   *
   * @param pass of a classifier on a base that reads pictures
   * @param row with a picture
   * @param head index of the head that answers
   * @param answer index of the class that is explained
   */
  public static HeatMap of(TextPass pass, Row row, int head, int answer) {
    BaseInput.Pictures input = ((PictureReader) pass.base().reader()).input();
    double[] tokens = Relevance.of(pass, row, head, answer);
    Pixels seen = input.steps().fit(Objects.requireNonNull(row.picture()).read());
    int side = input.shape().patchSize();
    return of(
        seen,
        Arrays.copyOfRange(tokens, input.shape().leadingTokens(), tokens.length),
        seen.height() / side,
        seen.width() / side);
  }

  /**
   * A map over a picture.
   *
   * @param picture as the base saw it
   * @param patches {@code [down · across]} how much each patch counted, at least 0
   * @param down patches of a column
   * @param across patches of a row
   */
  public static HeatMap of(Pixels picture, double[] patches, int down, int across) {
    if (patches.length != down * across) {
      throw new IllegalArgumentException(
          patches.length + " patches are not " + down + "x" + across);
    }
    double most = 0;
    for (double patch : patches) {
      most = Math.max(most, patch);
    }
    double[] heat = new double[patches.length];
    for (int i = 0; i < heat.length; i++) {
      heat[i] = most > 0 ? patches[i] / most : 0;
    }
    return new HeatMap(picture, heat, down, across);
  }

  /**
   * Writes the map as PNG, as a whole or not at all.
   *
   * @param file in a folder that is made where it is missing
   */
  public void write(Path file) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(drawn(), "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AtomicFiles.write(
        file,
        channel -> {
          ByteBuffer bytes = ByteBuffer.wrap(png.toByteArray());
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  private BufferedImage drawn() {
    int times = (LEAST_SIDE - 1) / Math.min(picture.height(), picture.width()) + 1;
    int height = picture.height() * times;
    int width = picture.width() * times;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double hot = at((y + 0.5) / height * down - 0.5, (x + 0.5) / width * across - 0.5);
        image.setRGB(x, y, colour(y / times, x / times, hot));
      }
    }
    return image;
  }

  /** Between the middles of patches. */
  private double at(double row, double column) {
    double y = Math.max(0, Math.min(down - 1, row));
    double x = Math.max(0, Math.min(across - 1, column));
    int top = (int) y;
    int left = (int) x;
    int bottom = Math.min(top + 1, down - 1);
    int right = Math.min(left + 1, across - 1);
    double upper = mixed(heat[top * across + left], heat[top * across + right], x - left);
    double lower = mixed(heat[bottom * across + left], heat[bottom * across + right], x - left);
    return mixed(upper, lower, y - top);
  }

  private static double mixed(double one, double other, double share) {
    return one + (other - one) * share;
  }

  /** From yellow to red over grey. */
  private int colour(int y, int x, double hot) {
    double grey =
        0.299 * picture.at(y, x, 0) + 0.587 * picture.at(y, x, 1) + 0.114 * picture.at(y, x, 2);
    double share = MOST_COLOUR * hot;
    int red = (int) Math.round(mixed(grey, 255, share));
    int green = (int) Math.round(mixed(grey, 220 * (1 - hot), share));
    int blue = (int) Math.round(mixed(grey, 0, share));
    return red << 16 | green << 8 | blue;
  }
}
