package io.haori.core.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One process's claim to write a folder. It is a lock of the operating system on a file named after
 * the folder's path, so that it ends with the process, however that ends, and the folder itself may
 * be replaced meanwhile. It binds those processes of one user on one machine that ask for it.
 */
public final class FolderLock implements AutoCloseable {
  /**
   * What this process holds. POSIX ends a process's lock when it closes any opening of the file, so
   * a second opening must not happen, wherever in the process it is asked for.
   */
  private static final Set<String> HELD = ConcurrentHashMap.newKeySet();

  private final String path;
  private final FileChannel channel;

  private FolderLock(String path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Claims a folder.
   *
   * @param folder need not exist
   * @return empty when somebody else has claimed it, in this process or in another
   * @throws IOException when the lock's file cannot be made
   */
  public static Optional<FolderLock> tryTake(Path folder) throws IOException {
    String path = folder.toAbsolutePath().normalize().toString();
    if (!HELD.add(path)) {
      return Optional.empty();
    }
    FolderLock lock = null;
    try {
      FileChannel channel = open(path);
      FileLock taken = channel.tryLock();
      if (taken == null) {
        channel.close();
        return Optional.empty();
      }
      lock = new FolderLock(path, channel);
      return Optional.of(lock);
    } finally {
      if (lock == null) {
        HELD.remove(path);
      }
    }
  }

  /** The file is never deleted: who opened it before would hold a lock that nobody else sees. */
  private static FileChannel open(String path) throws IOException {
    String name = UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8)) + ".lock";
    Path locks =
        Path.of(
            System.getProperty("java.io.tmpdir"), "haori-locks-" + System.getProperty("user.name"));
    return FileChannel.open(
        Files.createDirectories(locks).resolve(name),
        StandardOpenOption.CREATE,
        StandardOpenOption.WRITE);
  }

  /** Gives the claim up. */
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      HELD.remove(path);
    }
  }
}
