package io.haori.model.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Leaves the colour profile out of a JPEG file, as its numbers are read as they are. */
final class JpegSegments {
  private static final byte[] PROFILE = "ICC_PROFILE\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final int APP2 = 0xE2;
  private static final int SCAN = 0xDA;

  private JpegSegments() {}

  /**
   * A file without its profile.
   *
   * @param jpeg that begins with FF D8
   * @return the same array when it has none, or is damaged before its first scan
   */
  static byte[] withoutProfile(byte[] jpeg) {
    var out = new ByteArrayOutputStream(jpeg.length);
    int kept = 0;
    int at = 2;
    while (at + 4 <= jpeg.length && (jpeg[at] & 0xFF) == 0xFF) {
      int marker = jpeg[at + 1] & 0xFF;
      if (marker == 0xFF) {
        at++;
        continue;
      }
      int end = at + 2 + ((jpeg[at + 2] & 0xFF) << 8 | (jpeg[at + 3] & 0xFF));
      if (marker == SCAN || end > jpeg.length) {
        break;
      }
      int from = at + 4;
      if (marker == APP2
          && end - from >= PROFILE.length
          && Arrays.equals(jpeg, from, from + PROFILE.length, PROFILE, 0, PROFILE.length)) {
        out.write(jpeg, kept, at - kept);
        kept = end;
      }
      at = end;
    }
    if (kept == 0) {
      return jpeg;
    }
    out.write(jpeg, kept, jpeg.length - kept);
    return out.toByteArray();
  }
}
