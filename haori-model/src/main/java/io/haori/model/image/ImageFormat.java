package io.haori.model.image;

import com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/** The formats of pictures that are read, recognised by a file's first bytes. */
public enum ImageFormat {
  PNG(null, "png", "\u0089PNG\r\n\u001a\n"),
  JPEG(JPEGImageReaderSpi.class, "jpe?g|jpe|jfif", "\u00ff\u00d8\u00ff"),
  BMP(BMPImageReaderSpi.class, "bmp|dib", "BM"),
  TIFF(TIFFImageReaderSpi.class, "tiff?", "II*\0", "MM\0*");

  private final @Nullable Class<? extends ImageReaderSpi> reader;
  private final String endings;
  private final String start;
  private final String otherStart;

  ImageFormat(@Nullable Class<? extends ImageReaderSpi> reader, String endings, String start) {
    this(reader, endings, start, start);
  }

  ImageFormat(
      @Nullable Class<? extends ImageReaderSpi> reader,
      String endings,
      String start,
      String otherStart) {
    this.reader = reader;
    this.endings = endings;
    this.start = start;
    this.otherStart = otherStart;
  }

  /** The format of a content. */
  public static Optional<ImageFormat> ofContent(byte[] content) {
    return Arrays.stream(values())
        .filter(one -> begins(content, one.start) || begins(content, one.otherStart))
        .findFirst();
  }

  /**
   * The format that a file's name promises.
   *
   * @param name with its ending, in any case
   */
  public static Optional<ImageFormat> ofName(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return Arrays.stream(values()).filter(one -> ending.matches(one.endings)).findFirst();
  }

  /** Whether a content begins with these bytes, each of which is a character. */
  static boolean begins(byte[] content, String start) {
    if (content.length < start.length()) {
      return false;
    }
    for (int i = 0; i < start.length(); i++) {
      if ((content[i] & 0xFF) != start.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A new reader, to be disposed of by the caller. */
  ImageReader open() throws IOException {
    if (reader == null) {
      return ImageIO.getImageReadersByFormatName("png").next();
    }
    ImageReaderSpi found = IIORegistry.getDefaultInstance().getServiceProviderByClass(reader);
    if (found == null) {
      throw new IllegalStateException("no reader of " + this + " is registered");
    }
    return found.createReaderInstance();
  }
}
