package io.haori.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader sees the old state or the new one, whatever happens to the writer. */
class AtomicFilesTest {
  @TempDir Path temporary;

  @Test
  void aTextIsWrittenInUtf8IntoAFolderThatIsMade() throws IOException {
    Path file = temporary.resolve("新しい/下/a.txt");
    AtomicFiles.writeText(file, "検査\n");
    assertThat(Files.readString(file, StandardCharsets.UTF_8)).isEqualTo("検査\n");
    AtomicFiles.writeText(file, "");
    assertThat(Files.size(file)).isZero();
    assertThat(names(file.getParent())).containsExactly("a.txt");
  }

  @Test
  void aWriterThatFailsLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = temporary.resolve("a.txt");
    Files.writeString(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": cannot be written (No space left on device); nothing was changed");
    assertThat(Files.readString(file)).isEqualTo("old");
    assertThat(names(temporary)).containsExactly("a.txt");
  }

  @Test
  void aReaderNeverSeesAPart() throws IOException {
    Path file = temporary.resolve("a.txt");
    Files.writeString(file, "old");
    AtomicFiles.write(
        file,
        channel -> {
          channel.write(ByteBuffer.wrap("ne".getBytes(StandardCharsets.UTF_8)));
          assertThat(Files.readString(file)).isEqualTo("old");
          channel.write(ByteBuffer.wrap("w".getBytes(StandardCharsets.UTF_8)));
        });
    assertThat(Files.readString(file)).isEqualTo("new");
  }

  @Test
  void aFolderWithFilesIsNoPlaceForAFile() throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("there"));
    Files.writeString(folder.resolve("mine.txt"), "mine");
    assertThatThrownBy(() -> AtomicFiles.writeText(folder, "x"))
        .isInstanceOf(UserError.class)
        .hasMessage(folder + ": is a folder, cannot be written as a file; nothing was changed");
    assertThat(Files.readString(folder.resolve("mine.txt"))).isEqualTo("mine");
    assertThat(names(temporary)).containsExactly("there");
  }

  @Test
  void aFileInThePlaceOfTheFolderIsNamed() throws IOException {
    Path blocked = Files.writeString(temporary.resolve("blocked"), "x");
    Path file = blocked.resolve("a.txt");
    assertThatThrownBy(() -> AtomicFiles.writeText(file, "x"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file
                + ": cannot be written ("
                + blocked
                + " is a file, not a folder); nothing was changed");
    assertThat(Files.readString(blocked)).isEqualTo("x");
  }

  @Test
  void aFolderIsReplacedAsAWhole() throws IOException {
    Path folder = temporary.resolve("made");
    AtomicFiles.writeFolder(folder, made -> Files.writeString(made.resolve("one.txt"), "1"));
    AtomicFiles.writeFolder(
        folder,
        made -> {
          Files.createDirectory(made.resolve("in"));
          Files.writeString(made.resolve("in/two.txt"), "2");
          assertThat(names(folder)).as("while it is written").containsExactly("one.txt");
        });
    assertThat(names(folder)).containsExactly("in");
    assertThat(Files.readString(folder.resolve("in/two.txt"))).isEqualTo("2");
    assertThat(names(temporary)).containsExactly("made");
  }

  @Test
  void aFolderWhoseWriterFailsStaysAsItWas() throws IOException {
    Path folder = temporary.resolve("made");
    AtomicFiles.writeFolder(folder, made -> Files.writeString(made.resolve("one.txt"), "1"));
    assertThatThrownBy(
            () ->
                AtomicFiles.writeFolder(
                    folder,
                    made -> {
                      Files.writeString(made.resolve("two.txt"), "2");
                      throw new UncheckedIOException(new IOException("broken"));
                    }))
        .isInstanceOf(UserError.class)
        .hasMessage(folder + ": cannot be written (broken); nothing was changed");
    assertThat(names(folder)).containsExactly("one.txt");
    assertThat(names(temporary)).containsExactly("made");
  }

  @Test
  void anErrorOfTheWriterPassesThroughAndLeavesNothing() throws IOException {
    Path folder = temporary.resolve("made");
    UserError mistake = new UserError("row 3 must be a number, got x");
    assertThatThrownBy(
            () ->
                AtomicFiles.writeFolder(
                    folder,
                    made -> {
                      Files.writeString(made.resolve("one.txt"), "1");
                      throw mistake;
                    }))
        .isSameAs(mistake);
    assertThat(names(temporary)).isEmpty();
  }

  @Test
  void deletingAFolderTakesAllThatIsInIt() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("a/b/c"));
    Files.writeString(folder.resolve("x"), "x");
    AtomicFiles.delete(temporary.resolve("a"));
    AtomicFiles.delete(temporary.resolve("never there"));
    assertThat(names(temporary)).isEmpty();
  }

  private static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
