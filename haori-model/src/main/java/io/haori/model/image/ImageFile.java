package io.haori.model.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.FileFailures;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads files of pictures: PNG, JPEG, BMP and TIFF (its first page), recognised by their content,
 * of 1 to 16 bits, grey, colours, palette or CMYK, with or without alpha. The pixels are those of
 * Pillow's {@code Image.open(file)}, turned upright by {@code ImageOps.exif_transpose} and made RGB
 * by {@code convert("RGB")}: alpha is left out, colour profiles are not applied. Of samples with
 * more than 8 bits, the 8 upper ones are taken (Pillow cuts 16-bit grey off at 255).
 *
 * <p>The size is known from the header, before anything is decoded, so that a small file cannot ask
 * for much memory.
 */
public final class ImageFile {
  /** The largest picture that is decoded, in pixels. */
  public static final long MOST_PIXELS = 1L << 26;

  /** The shortest side of a picture in which there is something to see. */
  private static final int LEAST_SIDE = 2;

  private static final long MOST_BYTES = 1L << 29;

  private static final String FORMATS = "PNG, JPEG, BMP or TIFF";

  /** Formats that are often met and not read. */
  private static final Map<String, String> OTHERS =
      Map.of("GIF8", "GIF", "RIFF", "WebP", "8BPS", "Photoshop", "%PDF", "PDF", "II+\0", "BigTIFF");

  private ImageFile() {}

  /**
   * Reads a file.
   *
   * @param file a picture
   * @return upright, RGB
   * @throws UserError when it is missing, no picture, damaged, or too large
   */
  public static Pixels read(Path file) {
    return read(file.toString(), bytes(file));
  }

  /**
   * Reads the content of a file.
   *
   * @param name how errors name it
   * @param content of the whole file
   * @return upright, RGB
   * @throws UserError when it is no picture, damaged, or too large
   */
  public static Pixels read(String name, byte[] content) {
    return read(name, content, MOST_PIXELS);
  }

  /**
   * Reads the content of a file that may be large.
   *
   * @param name how errors name it
   * @param content of the whole file
   * @param mostPixels that it may have, at most {@link #MOST_PIXELS}
   * @return upright, RGB
   * @throws UserError when it is no picture, damaged, or too large
   */
  static Pixels read(String name, byte[] content, long mostPixels) {
    ImageFormat format = ImageFormat.ofContent(content).orElseThrow(() -> other(name, content));
    byte[] plain = format == ImageFormat.JPEG ? JpegSegments.withoutProfile(content) : content;
    try (ImageInputStream in = new ByteArrayImageInputStream(plain)) {
      ImageReader reader = format.open();
      try {
        return read(name, format, reader, plain, in, mostPixels);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof UserError user) {
        throw user;
      }
      // Readers of damaged files throw whatever their arithmetic happens to meet.
      throw damaged(name, format, e);
    }
  }

  /**
   * The whole content of a picture's file.
   *
   * @param file a picture
   * @throws UserError when it is missing or too long
   */
  public static byte[] bytes(Path file) {
    try {
      long size = Files.size(file);
      if (size > MOST_BYTES) {
        throw Check.in(file, "must be at most " + MOST_BYTES + " bytes long, is " + size);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new UserError(file + ": does not exist", e);
    } catch (IOException e) {
      throw new UserError(file + ": cannot be read (" + FileFailures.cause(e) + ")", e);
    }
  }

  private static Pixels read(
      String name,
      ImageFormat format,
      ImageReader reader,
      byte[] content,
      ImageInputStream in,
      long mostPixels)
      throws IOException {
    AtomicReference<@Nullable String> warning = new AtomicReference<>();
    reader.setInput(in, true, false);
    reader.addIIOReadWarningListener(
        (source, text) -> {
          if (text.toLowerCase(Locale.ROOT).contains("premature end")) {
            warning.set(text);
          }
        });
    requireSize(name, reader.getWidth(0), reader.getHeight(0), mostPixels);
    int orientation = Orientation.of(format, reader, content);
    BufferedImage image = reader.read(0);
    String cut = warning.get();
    if (cut != null) {
      throw damaged(name, format, new IOException(cut));
    }
    return Decoded.pixels(name, image).upright(orientation);
  }

  private static void requireSize(String name, int width, int height, long most) {
    if ((long) width * height > most) {
      throw new UserError(
          name + ": must have at most " + most + " pixels, has " + width + " x " + height);
    }
    if (width < LEAST_SIDE || height < LEAST_SIDE) {
      throw new UserError(
          name + ": must have at least 2 x 2 pixels, has " + width + " x " + height);
    }
  }

  private static UserError other(String name, byte[] content) {
    if (content.length == 0) {
      return new UserError(name + ": must be a picture, but is empty");
    }
    return OTHERS.entrySet().stream()
        .filter(one -> ImageFormat.begins(content, one.getKey()))
        .findFirst()
        .map(one -> new UserError(name + ": must be " + FORMATS + ", is " + one.getValue()))
        .orElseGet(() -> new UserError(name + ": must be a picture (" + FORMATS + "), is none"));
  }

  private static UserError damaged(String name, ImageFormat format, Exception e) {
    return new UserError(name + ": is a damaged " + format + " picture", e);
  }
}
