package io.haori.model.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest {
  @TempDir Path folder;

  static Stream<GoldenImages.Result> decoded() {
    return GoldenImages.of("decoded");
  }

  @ParameterizedTest
  @MethodSource("decoded")
  void readsEveryKindOfPictureAsPillowDoes(GoldenImages.Result golden) {
    Pixels read = ImageFile.read(GoldenImages.path(golden.file()));

    assertThat(read.toString()).isEqualTo(golden.pixels().toString());
    // Decoders of JPEG may round differently; all others are exact.
    int most = golden.file().endsWith(".jpg") ? 2 : 0;
    assertThat(largestDifference(read, golden.pixels())).isLessThanOrEqualTo(most);
  }

  @Test
  void readsAFileByItsContentWhateverItsName() throws IOException {
    Path named = folder.resolve("a.png");
    Files.write(named, GoldenImages.bytes("plain.jpg"));

    assertThat(ImageFile.read(named)).isEqualTo(ImageFile.read(GoldenImages.path("plain.jpg")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          just a text | must be a picture (PNG, JPEG, BMP or TIFF), is none
          GIF89a..... | must be PNG, JPEG, BMP or TIFF, is GIF
          RIFF....WEBP | must be PNG, JPEG, BMP or TIFF, is WebP
          '' | must be a picture, but is empty
          """)
  void namesWhatIsNoPicture(String content, String message) throws IOException {
    Path file = folder.resolve("a.png");
    Files.writeString(file, content);

    refuses(file, message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rgb.png",
        "plain.jpg",
        "rgb.bmp",
        "lzw.tif",
        "cmyk.jpg",
        "grey16.png",
        "palette.bmp"
      })
  void namesAFileThatIsCutOff(String name) throws IOException {
    byte[] whole = GoldenImages.bytes(name);
    ImageFormat format = ImageFormat.ofName(name).orElseThrow();
    Path file = folder.resolve(name);
    for (int length : new int[] {whole.length / 2, whole.length * 3 / 4, 12}) {
      Files.write(file, Arrays.copyOf(whole, length));

      refuses(file, "is a damaged " + format + " picture");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rgb.png", "plain.jpg", "rgb.bmp", "lzw.tif", "cmyk.tif", "turned-6.jpg"})
  void damagedBytesGiveASentenceOrAPicture(String name) throws IOException {
    byte[] whole = GoldenImages.bytes(name);
    for (int i = 0; i < whole.length; i += 7) {
      byte[] bad = whole.clone();
      bad[i] = (byte) ~bad[i];
      try {
        assertThat(ImageFile.read("a", bad).height()).isPositive();
      } catch (UserError e) {
        assertThat(e).hasMessageStartingWith("a: ");
      }
    }
  }

  @Test
  void refusesAHugePictureBeforeItIsDecoded() throws IOException {
    Path file = folder.resolve("bomb.png");
    Files.write(file, header(10_000, 10_000));

    refuses(file, "must have at most 67108864 pixels, has 10000 x 10000");
  }

  @Test
  void refusesAPictureOfOnePixel() throws IOException {
    Path file = folder.resolve("dot.png");
    Files.write(file, header(1, 1));

    refuses(file, "must have at least 2 x 2 pixels, has 1 x 1");
  }

  @Test
  void namesAMissingFile() {
    refuses(folder.resolve("none.png"), "does not exist");
  }

  /** The beginning of a PNG of that size, without any pixels. */
  private static byte[] header(int width, int height) {
    ByteBuffer chunk = ByteBuffer.allocate(17);
    chunk.put("IHDR".getBytes(StandardCharsets.US_ASCII)).putInt(width).putInt(height);
    chunk.put(new byte[] {8, 2, 0, 0, 0});
    CRC32 crc = new CRC32();
    crc.update(chunk.array());
    byte[] start = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    return ByteBuffer.allocate(33)
        .put(start)
        .putInt(13)
        .put(chunk.array())
        .putInt((int) crc.getValue())
        .array();
  }

  private static void refuses(Path file, String message) {
    assertThatThrownBy(() -> ImageFile.read(file))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": " + message);
  }

  private static int largestDifference(Pixels one, Pixels other) {
    int most = 0;
    for (int i = 0; i < one.rgb().length; i++) {
      most = Math.max(most, Math.abs((one.rgb()[i] & 0xFF) - (other.rgb()[i] & 0xFF)));
    }
    return most;
  }
}
