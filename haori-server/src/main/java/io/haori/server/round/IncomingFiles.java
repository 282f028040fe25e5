package io.haori.server.round;

import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FileFailures;
import io.haori.server.data.ReceivedFile;
import io.haori.server.problem.Refused;
import io.haori.server.settings.WorkSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/** Where files of rounds are while they come in, few at a time. For any number of threads. */
final class IncomingFiles {
  private static final int AT_ONCE = 4;

  private final Path folder;
  private final WorkSettings work;
  private final Semaphore free = new Semaphore(AT_ONCE);

  /**
   * In a folder.
   *
   * @param folder of all rounds
   * @param work says how large an upload, and all of them, may be
   */
  IncomingFiles(Path folder, WorkSettings work) {
    this.folder = folder;
    this.work = work;
  }

  /** Something that needs a folder of its own for a while. */
  interface Use<T> {
    /** Uses the folder, which is deleted afterwards. */
    T of(Path temporary) throws IOException;
  }

  /**
   * Gives a folder for a while.
   *
   * @throws Refused when too many others have one
   */
  <T> T in(Use<T> use) {
    if (!free.tryAcquire()) {
      throw Refused.busy("Other data come in already; try again in some seconds", 5);
    }
    Path temporary = null;
    try {
      Files.createDirectories(folder);
      temporary = Files.createTempDirectory(folder, ".incoming-");
      return use.of(temporary);
    } catch (IOException e) {
      throw FileFailures.unwritable(folder, e);
    } finally {
      free.release();
      if (temporary != null) {
        AtomicFiles.delete(temporary);
      }
    }
  }

  /**
   * Writes what comes in.
   *
   * @param file in a folder of {@link #in}
   * @throws Refused when it is too large
   */
  ReceivedFile receive(InputStream content, Path file) throws IOException {
    return ReceivedFile.write(
        content,
        file,
        new ReceivedFile.Bounds(
            work.uploadBytes(), bytes(), work.totalBytes(), "All rounds together"));
  }

  private long bytes() {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).mapToLong(one -> one.toFile().length()).sum();
    } catch (IOException e) {
      throw FileFailures.unreadable(folder, e);
    }
  }
}
