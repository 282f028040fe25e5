package io.haori.model.image;

import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEG;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegment;
import com.twelvemonkeys.imageio.metadata.jpeg.JPEGSegmentUtil;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.w3c.dom.Node;

/** How the camera was held: Exif's tag 274 of a JPEG, a PNG ({@code eXIf}) or a TIFF. */
final class Orientation {
  private static final int UPRIGHT = 1;
  private static final String PNG_METADATA = "javax_imageio_png_1.0";

  private Orientation() {}

  /**
   * The orientation of the first picture of a file.
   *
   * @param content of the whole file
   * @return 1 to 8; 1 where nothing is said or what is said cannot be read
   */
  static int of(ImageFormat format, ImageReader reader, byte[] content) {
    try {
      return switch (format) {
        case BMP -> UPRIGHT;
        case TIFF -> read(new ByteArrayImageInputStream(content));
        case JPEG -> ofJpeg(new ByteArrayImageInputStream(content));
        case PNG -> ofPng(reader);
      };
    } catch (IOException | RuntimeException e) {
      // A damaged note of the camera does not make a picture unreadable.
      return UPRIGHT;
    }
  }

  private static int ofJpeg(ImageInputStream in) throws IOException {
    List<JPEGSegment> exif = JPEGSegmentUtil.readSegments(in, JPEG.APP1, "Exif");
    if (exif.isEmpty()) {
      return UPRIGHT;
    }
    byte[] data = exif.get(0).data().readAllBytes();
    // A byte of padding follows the segment's name, which is left out.
    return read(new ByteArrayImageInputStream(data, 1, data.length - 1));
  }

  private static int ofPng(ImageReader reader) throws IOException {
    Node tree = reader.getImageMetadata(0).getAsTree(PNG_METADATA);
    for (Node group = tree.getFirstChild(); group != null; group = group.getNextSibling()) {
      if (!group.getNodeName().equals("UnknownChunks")) {
        continue;
      }
      for (Node one = group.getFirstChild(); one != null; one = one.getNextSibling()) {
        if (one instanceof IIOMetadataNode chunk
            && chunk.getAttribute("type").equals("eXIf")
            && chunk.getUserObject() instanceof byte[] data) {
          return read(new ByteArrayImageInputStream(data));
        }
      }
    }
    return UPRIGHT;
  }

  private static int read(ImageInputStream tiff) throws IOException {
    Entry entry = new TIFFReader().read(tiff).getEntryById(TIFF.TAG_ORIENTATION);
    return entry != null && entry.getValue() instanceof Number number ? number.intValue() : UPRIGHT;
  }
}
