package io.haori.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.UUID;

/**
 * One process's claim to write a folder. It is a lock of the operating system on the file {@code
 * .NAME.lock} beside the folder, so that it ends with the process, however that ends, and the folder
 * itself may be replaced meanwhile. It binds those who ask for it.
 */
public final class FolderLock implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Claims a folder.
   *
   * @param folder need not exist, the one around it must
   * @return empty when somebody else has claimed it, in this process or in another
   * @throws IOException when the lock's file cannot be made
   */
  public static Optional<FolderLock> tryTake(Path folder) throws IOException {
    Path whole = folder.toAbsolutePath().normalize();
    Path file = whole.resolveSibling("." + whole.getFileName() + ".lock");
    while (true) {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      boolean taken = false;
      try {
        if (!locked(channel)) {
          return Optional.empty();
        }
        String mark = ProcessHandle.current().pid() + " " + UUID.randomUUID();
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(mark.getBytes(StandardCharsets.UTF_8)));
        // Its holder may have deleted the file between our opening and locking it.
        taken = mark.equals(content(file));
        if (taken) {
          return Optional.of(new FolderLock(file, channel));
        }
      } finally {
        if (!taken) {
          channel.close();
        }
      }
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static String content(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** Gives the claim up. */
  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
