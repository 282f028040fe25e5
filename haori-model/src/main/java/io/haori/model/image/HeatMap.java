package io.haori.model.image;

import io.haori.core.files.AtomicFiles;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Pictures with numbers over them, for people: the picture in grey where a number is low, then
 * yellow, then red.
 */
public final class HeatMap {
  /** How much of the colour is seen where it is strongest. */
  private static final double STRENGTH = 0.75;

  private HeatMap() {}

  /**
   * A picture with numbers over it.
   *
   * @param picture what they are about
   * @param values {@code [height · width]} of the picture, row by row
   * @param low has no colour, nor what is below
   * @param high has the strongest, as what is above; greater than {@code low}
   */
  public static Pixels over(Pixels picture, float[] values, double low, double high) {
    byte[] from = picture.rgb();
    byte[] to = new byte[from.length];
    for (int i = 0; i < values.length; i++) {
      double heat = Math.max(0, Math.min(1, (values[i] - low) / (high - low)));
      int at = 3 * i;
      double grey =
          0.299 * (from[at] & 0xFF) + 0.587 * (from[at + 1] & 0xFF) + 0.114 * (from[at + 2] & 0xFF);
      double share = STRENGTH * Math.min(1, 2 * heat);
      // From yellow, where heat is a half, to red.
      double green = 230 * Math.min(1, 2 - 2 * heat);
      to[at] = mixed(grey, 240, share);
      to[at + 1] = mixed(grey, green, share);
      to[at + 2] = mixed(grey, 30, share);
    }
    return Pixels.of(picture.height(), picture.width(), to);
  }

  private static byte mixed(double grey, double colour, double share) {
    return (byte) Math.round((1 - share) * grey + share * colour);
  }

  /**
   * A picture as a file.
   *
   * @param picture any
   * @return the content of a PNG
   */
  public static byte[] png(Pixels picture) {
    return file(picture, "png");
  }

  /**
   * A picture as a file.
   *
   * @param picture any
   * @param format as ImageIO names it
   * @return the file's content
   */
  static byte[] file(Pixels picture, String format) {
    int width = picture.width();
    BufferedImage image = new BufferedImage(width, picture.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.height(); y++) {
      for (int x = 0; x < width; x++) {
        int rgb = picture.at(y, x, 0) << 16 | picture.at(y, x, 1) << 8 | picture.at(y, x, 2);
        image.setRGB(x, y, rgb);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, format, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /**
   * Writes a picture.
   *
   * @param file a PNG
   * @param picture what is in it
   * @throws io.haori.core.check.UserError when the place cannot be written
   */
  public static void write(Path file, Pixels picture) {
    write(file, png(picture));
  }

  /**
   * Writes a picture that is a file already.
   *
   * @param file a PNG
   * @param content of it
   * @throws io.haori.core.check.UserError when the place cannot be written
   */
  public static void write(Path file, byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    AtomicFiles.write(
        file,
        channel -> {
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }
}
