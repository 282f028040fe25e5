package io.haori.core.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FolderLockTest {
  @TempDir private Path folder;

  @Test
  void aFolderIsClaimedOnceUntilTheClaimIsGivenUp() throws IOException {
    Path out = folder.resolve("out");
    FolderLock lock = FolderLock.tryTake(out).orElseThrow();
    assertThat(FolderLock.tryTake(out)).isEmpty();
    assertThat(FolderLock.tryTake(folder.resolve("other")).map(FolderLock::getClass)).isPresent();
    lock.close();
    try (FolderLock again = FolderLock.tryTake(out).orElseThrow()) {
      assertThat(again).isNotNull();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aClaimEndsWithItsProcess() throws Exception {
    Path out = folder.resolve("out");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                out.toString())
            .start();
    assertThat(other.inputReader().readLine()).isEqualTo("claimed");
    assertThat(FolderLock.tryTake(out)).isEmpty();
    other.destroyForcibly();
    assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
    Optional<FolderLock> after = FolderLock.tryTake(out);
    assertThat(after).isPresent();
    after.orElseThrow().close();
  }

  /** Another process that claims a folder and waits to be killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws Exception {
      try (FolderLock lock = FolderLock.tryTake(Path.of(arguments[0])).orElseThrow()) {
        System.out.println(lock.getClass() == FolderLock.class ? "claimed" : "");
        Thread.sleep(600_000);
      }
    }
  }
}
