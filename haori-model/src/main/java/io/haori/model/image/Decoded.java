package io.haori.model.image;

import io.haori.core.check.UserError;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/**
 * RGB of decoded pictures. Samples are taken as they are in the file: a picture's own conversion
 * would change greys, whose curve Java takes for linear, and apply colour profiles.
 */
final class Decoded {
  private Decoded() {}

  /** Pixels of a picture of any kind. */
  static Pixels pixels(String name, BufferedImage image) {
    Raster raster = image.getRaster();
    ColorModel colours = image.getColorModel();
    int type = raster.getDataBuffer().getDataType();
    int bits = colours.getComponentSize(0);
    if (type == DataBuffer.TYPE_FLOAT || type == DataBuffer.TYPE_DOUBLE || bits > 16) {
      throw new UserError(name + ": must have samples of 1 to 16 bits, has other ones");
    }
    if (colours instanceof IndexColorModel palette) {
      return ofPalette(raster, palette);
    }
    int bands = raster.getNumBands();
    if (isInterleavedBytes(raster) && bands >= 3 && !isCmyk(colours)) {
      return ofBytes(raster);
    }
    return ofSamples(raster, bands, colours);
  }

  private static boolean isCmyk(ColorModel colours) {
    return colours.getColorSpace().getType() == ColorSpace.TYPE_CMYK;
  }

  private static Pixels ofPalette(Raster raster, IndexColorModel palette) {
    int width = raster.getWidth();
    var rgb = new byte[3 * width * raster.getHeight()];
    var row = new int[width];
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int index : row) {
        rgb[at++] = (byte) palette.getRed(index);
        rgb[at++] = (byte) palette.getGreen(index);
        rgb[at++] = (byte) palette.getBlue(index);
      }
    }
    return Pixels.of(raster.getHeight(), width, rgb);
  }

  private static boolean isInterleavedBytes(Raster raster) {
    return raster.getDataBuffer() instanceof DataBufferByte
        && raster.getSampleModel() instanceof PixelInterleavedSampleModel
        && raster.getParent() == null;
  }

  /** The usual case: three or four bytes a pixel, in any order. */
  private static Pixels ofBytes(Raster raster) {
    var model = (PixelInterleavedSampleModel) raster.getSampleModel();
    byte[] data = ((DataBufferByte) raster.getDataBuffer()).getData();
    int start = raster.getDataBuffer().getOffset();
    int[] bands = model.getBandOffsets();
    int width = raster.getWidth();
    var rgb = new byte[3 * width * raster.getHeight()];
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      int pixel = start + y * model.getScanlineStride();
      for (int x = 0; x < width; x++) {
        rgb[at++] = data[pixel + bands[0]];
        rgb[at++] = data[pixel + bands[1]];
        rgb[at++] = data[pixel + bands[2]];
        pixel += model.getPixelStride();
      }
    }
    return Pixels.of(raster.getHeight(), width, rgb);
  }

  private static Pixels ofSamples(Raster raster, int bands, ColorModel colours) {
    int width = raster.getWidth();
    boolean cmyk = isCmyk(colours);
    int[] sizes = colours.getComponentSize();
    var rgb = new byte[3 * width * raster.getHeight()];
    var row = new int[width * bands];
    int at = 0;
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int first = x * bands;
        for (int c = 0; c < 3; c++) {
          int band = bands < 3 ? 0 : c;
          int sample = eight(row[first + band], sizes[band]);
          rgb[at++] = (byte) (cmyk ? ofInk(sample, eight(row[first + 3], sizes[3])) : sample);
        }
      }
    }
    return Pixels.of(raster.getHeight(), width, rgb);
  }

  /** The upper 8 bits of a sample; fewer are spread over the whole range. */
  private static int eight(int sample, int bits) {
    return bits >= 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1);
  }

  /** A colour of an ink under black, {@code (1 - ink) (1 - black)} rounded as Pillow does it. */
  private static int ofInk(int ink, int black) {
    int light = 255 - black;
    int product = ink * light + 128;
    return Math.max(0, light - ((product + (product >> 8)) >> 8));
  }
}
