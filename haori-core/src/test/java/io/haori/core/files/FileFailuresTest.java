package io.haori.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a disk refuses, in one sentence. */
final class FileFailuresTest {
  @TempDir Path folder;

  @Test
  void theCauseIsNeverThePathAlone() {
    assertThat(FileFailures.cause(new NoSuchFileException("/a")))
        .isEqualTo("no such file or folder");
    assertThat(FileFailures.cause(new AccessDeniedException("/a"))).isEqualTo("permission denied");
    assertThat(FileFailures.cause(new FileSystemException("/a", null, "File name too long")))
        .isEqualTo("File name too long");
    assertThat(FileFailures.cause(new MalformedInputException(1)))
        .isEqualTo("not a text in this encoding");
    assertThat(FileFailures.cause(new IOException())).isEqualTo("IOException");
  }

  @Test
  void whatComesUpFromAWalkIsOneSentence() {
    assertThat(FileFailures.sentence(new UncheckedIOException(new AccessDeniedException("/a/b"))))
        .contains("/a/b: cannot be read or written (permission denied)");
    assertThat(FileFailures.sentence(new IOException("No space left on device")))
        .contains("The disk cannot be read or written (No space left on device)");
  }

  @Test
  void aFaultOfTheProgramIsNoneOfTheDisk() {
    assertThat(FileFailures.sentence(new IllegalStateException("x"))).isEmpty();
    assertThat(FileFailures.sentence(new IOException("stream closed"))).isEmpty();
    assertThat(FileFailures.sentence(new IllegalStateException(new FileNotFoundException("x"))))
        .isEmpty();
  }

  @Test
  void aFullDiskLeavesWhatWasThere() throws IOException {
    Path file = Files.writeString(folder.resolve("kept"), "before");

    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    channel -> {
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(UserError.class)
        .hasMessage(file + ": cannot be written (No space left on device); nothing was changed");
    assertThat(file).hasContent("before");
    assertThat(FolderWalk.files(folder)).containsExactly(file);
  }

  @Test
  void aFileInThePlaceOfAFolderIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");

    assertThatThrownBy(() -> AtomicFiles.writeText(file.resolve("below"), "y"))
        .isInstanceOf(UserError.class)
        .hasMessage(
            file.resolve("below")
                + ": cannot be written ("
                + file
                + " is a file, not a folder); nothing was changed");
  }

  @Test
  void whatCannotBeReadElsewhereIsNamedInPlaceOfWhatIsWritten() {
    Path source = folder.resolve("source");

    assertThatThrownBy(
            () ->
                AtomicFiles.writeFolder(
                    folder.resolve("copy"), target -> Files.copy(source, target.resolve("a"))))
        .isInstanceOf(UserError.class)
        .hasMessage(source + ": cannot be read (no such file or folder); nothing was changed");
    assertThatThrownBy(
            () ->
                AtomicFiles.writeFolder(
                    folder.resolve("copy"),
                    target -> {
                      throw new UncheckedIOException(new AccessDeniedException(source.toString()));
                    }))
        .isInstanceOf(UserError.class)
        .hasMessage(source + ": cannot be read (permission denied); nothing was changed");
    assertThat(FolderWalk.files(folder)).isEmpty();
  }
}
