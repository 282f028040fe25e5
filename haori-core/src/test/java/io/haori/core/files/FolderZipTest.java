package io.haori.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders as one file, also from somebody who means harm. */
final class FolderZipTest {
  @TempDir Path temporary;

  private Path folder() throws IOException {
    Path folder = temporary.resolve("from");
    Files.createDirectories(folder.resolve("b"));
    Files.writeString(folder.resolve("a.txt"), "one");
    Files.writeString(folder.resolve("b/c.txt"), "two");
    return folder;
  }

  private static byte[] zip(Path folder) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FolderZip.write(folder, out);
    return out.toByteArray();
  }

  private static byte[] zipOf(String name) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write("mine".getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    return out.toByteArray();
  }

  private Path unpacked(byte[] zip, long mostBytes) throws IOException {
    Path to = Files.createDirectories(temporary.resolve("sub/to"));
    FolderZip.read(new ByteArrayInputStream(zip), to, "round", mostBytes);
    return to;
  }

  @Test
  void whatWasPackedIsThereAgain() throws IOException {
    byte[] zip = zip(folder());

    Path to = unpacked(zip, 6);

    assertThat(to.resolve("a.txt")).hasContent("one");
    assertThat(to.resolve("b/c.txt")).hasContent("two");
    assertThat(zip(to)).isEqualTo(zip);
  }

  @Test
  void moreBytesThanAllowedAreRefusedWhateverTheZipSays() throws IOException {
    byte[] zip = zip(folder());

    assertThatThrownBy(() -> unpacked(zip, 5))
        .isInstanceOf(UserError.class)
        .hasMessage("round has more than 5 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../evil.txt", "a/../../evil.txt", "/tmp/haori-evil.txt", "."})
  void aFileOutsideOfTheFolderIsRefused(String name) throws IOException {
    byte[] zip = zipOf(name);

    assertThatThrownBy(() -> unpacked(zip, 100))
        .isInstanceOf(UserError.class)
        .hasMessage("round has a file outside of its folder");
    assertThat(temporary.resolve("sub/evil.txt")).doesNotExist();
    assertThat(temporary.resolve("evil.txt")).doesNotExist();
    assertThat(Path.of("/tmp/haori-evil.txt")).doesNotExist();
  }

  @Test
  void anotherFileIsRefused() {
    byte[] text = "no zip at all".getBytes(StandardCharsets.UTF_8);

    assertThatThrownBy(() -> unpacked(text, 100))
        .isInstanceOf(UserError.class)
        .hasMessage("round is no zip");
  }

  @Test
  void oneThatWasCutIsRefused() throws IOException {
    byte[] cut = Arrays.copyOf(zip(folder()), 40);

    assertThatThrownBy(() -> unpacked(cut, 100))
        .isInstanceOf(UserError.class)
        .hasMessage("round is a damaged zip");
  }
}
