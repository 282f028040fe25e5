package io.haori.core.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples are those of FIPS 180-4. */
class Sha256Test {
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  private static final String NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  @TempDir Path temporary;

  @Test
  void textsFilesAndBytesGiveTheKnownDigests() throws IOException {
    assertThat(Sha256.of("abc")).isEqualTo(ABC);
    assertThat(Sha256.of("")).isEqualTo(NOTHING);
    assertThat(Sha256.of(Files.writeString(temporary.resolve("f"), "abc"))).isEqualTo(ABC);
    byte[] bytes = "xabcx".getBytes(StandardCharsets.US_ASCII);
    assertThat(Sha256.start().update(bytes, 1, 3).hex()).isEqualTo(ABC);
  }

  @Test
  void aDigestCanBeReadBeforeMoreBytesCome() {
    Sha256 digest = Sha256.start();
    assertThat(digest.hex()).isEqualTo(NOTHING);
    digest.update("ab");
    digest.hex();
    assertThat(digest.update("c").hex()).isEqualTo(ABC);
  }

  @Test
  void aStreamAddsWhatIsReadFromIt() throws IOException {
    Path file = Files.writeString(temporary.resolve("f"), "abcdef");
    Sha256 digest = Sha256.start();
    try (InputStream in = digest.reading(Files.newInputStream(file))) {
      assertThat(in.readNBytes(3)).isEqualTo("abc".getBytes(StandardCharsets.US_ASCII));
      assertThat(digest.hex()).isEqualTo(ABC);
    }
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = temporary.resolve("missing");
    assertThatThrownBy(() -> Sha256.of(missing))
        .isInstanceOf(UserError.class)
        .hasMessage(missing + ": does not exist");
  }
}
