package io.haori.core.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Listing a folder while others write there. */
final class FolderWalkTest {
  @TempDir Path folder;

  @BeforeEach
  void fill() throws IOException {
    for (String name : List.of("a/1", "a/2", "b/3", "c/4", "5")) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), name);
    }
  }

  private List<String> names(List<Path> files) {
    return files.stream().map(file -> folder.relativize(file).toString()).toList();
  }

  @Test
  void allFilesAreFoundInTheirOrder() {
    assertThat(names(FolderWalk.files(folder))).containsExactly("5", "a/1", "a/2", "b/3", "c/4");
  }

  @Test
  void whatIsNotWantedIsNotLookedAt() {
    List<Path> asked = new ArrayList<>();

    List<Path> found =
        FolderWalk.files(folder, path -> asked.add(path) && !path.startsWith("a"), 1_000);

    assertThat(names(found)).containsExactly("5", "b/3", "c/4");
    assertThat(asked).doesNotContain(Path.of("a", "1"));
    assertThat(FolderWalk.files(folder, path -> true, 2)).hasSize(2);
  }

  @Test
  void aFolderThatVanishesMeanwhileIsLeftOut() {
    // Whoever writes beside the walk takes c away, and b while it is being entered.
    List<Path> found =
        FolderWalk.files(
            folder,
            path -> {
              delete(folder.resolve("c"));
              if (path.equals(Path.of("b"))) {
                delete(folder.resolve("b"));
              }
              return true;
            },
            1_000);

    assertThat(names(found)).contains("5", "a/1", "a/2").doesNotContain("b/3", "c/4");
  }

  private static void delete(Path place) {
    AtomicFiles.delete(place);
  }

  @Test
  void aFolderIsAsLargeAsItsFiles() throws IOException {
    assertThat(FolderWalk.bytes(folder)).isEqualTo(4 * 3 + 1);
    Files.createSymbolicLink(folder.resolve("link"), folder.resolve("a"));

    assertThat(FolderWalk.bytes(folder)).isEqualTo(4 * 3 + 1);
    assertThat(FolderWalk.bytes(folder.resolve("b"))).isEqualTo(3);
    assertThat(FolderWalk.bytes(folder.resolve("nowhere"))).isZero();
  }

  @Test
  void aMissingFolderHasNoFiles() {
    assertThat(FolderWalk.files(folder.resolve("nowhere"))).isEmpty();
  }

  @Test
  void whatVanishedIsPassedByAndWhatCannotBeReadEndsTheWalk() throws IOException {
    FolderWalk walk = new FolderWalk(folder, path -> true, 1);
    Path inside = folder.resolve("a");

    assertThat(walk.visitFileFailed(inside, new NoSuchFileException(inside.toString())))
        .isEqualTo(FileVisitResult.CONTINUE);
    assertThat(walk.postVisitDirectory(inside, new NoSuchFileException(inside.toString())))
        .isEqualTo(FileVisitResult.CONTINUE);
    var refused = new AccessDeniedException(inside.toString());
    assertThatThrownBy(() -> walk.visitFileFailed(inside, refused)).isSameAs(refused);
    assertThatThrownBy(() -> walk.postVisitDirectory(inside, refused)).isSameAs(refused);
    assertThat(FileFailures.unreadable(folder, refused))
        .isInstanceOf(UserError.class)
        .hasMessage(inside + ": cannot be read (permission denied)");
  }
}
