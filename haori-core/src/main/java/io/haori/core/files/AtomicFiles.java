package io.haori.core.files;

import io.haori.core.check.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes a file or a folder beside its place, forces it to disk and renames it in: a reader sees
 * the old state or the new one, and a failure leaves what existed before as it was.
 */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** Writes one file. */
  @FunctionalInterface
  public interface FileWriter {
    /**
     * Writes the whole content.
     *
     * @param channel open for writing, empty; closed by the caller
     * @throws IOException when the disk refuses
     */
    void write(FileChannel channel) throws IOException;
  }

  /** Fills one folder. */
  @FunctionalInterface
  public interface FolderWriter {
    /**
     * Writes all files of the folder.
     *
     * @param folder exists and is empty
     * @throws IOException when the disk refuses
     */
    void write(Path folder) throws IOException;
  }

  /**
   * Writes {@code file} by way of a temporary file in the same folder, which is made when missing.
   *
   * @param file where the content will be
   * @param writer writes the content
   * @throws UserError when the folder cannot be written or the disk is full
   */
  public static void write(Path file, FileWriter writer) {
    Path target = file.toAbsolutePath();
    if (Files.isDirectory(target)) {
      throw new UserError(file + ": is a folder, cannot be written as a file; nothing was changed");
    }
    Path temporary = sibling(target);
    try {
      Files.createDirectories(parent(target));
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        writer.write(channel);
        channel.force(true);
      }
      move(temporary, target);
    } catch (IOException | UncheckedIOException e) {
      throw refused(file, target, temporary, e);
    } finally {
      deleteQuietly(temporary);
    }
  }

  /**
   * Writes a text in UTF-8 as {@link #write(Path, FileWriter)} does.
   *
   * @param file where the text will be
   * @param text its content
   */
  public static void writeText(Path file, String text) {
    write(
        file,
        channel -> {
          var bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /**
   * Fills a folder beside {@code folder} and puts it in its place. A folder that was there before
   * is replaced as a whole, after the new one is complete.
   *
   * @param folder where the folder will be
   * @param writer fills it
   * @throws UserError when the place cannot be written or the disk is full
   */
  public static void writeFolder(Path folder, FolderWriter writer) {
    Path target = folder.toAbsolutePath();
    Path temporary = sibling(target);
    Path old = sibling(target);
    try {
      Files.createDirectories(parent(target));
      Files.createDirectory(temporary);
      writer.write(temporary);
      forceAll(temporary);
      boolean replaces = Files.exists(target);
      if (replaces) {
        move(target, old);
      }
      try {
        move(temporary, target);
      } catch (IOException e) {
        if (replaces) {
          move(old, target);
        }
        throw e;
      }
    } catch (IOException | UncheckedIOException e) {
      throw refused(folder, target, temporary, e);
    } finally {
      deleteQuietly(temporary);
      deleteQuietly(old);
    }
  }

  /**
   * Deletes a folder of ours with all that is in it; what cannot be removed stays.
   *
   * @param folder may be missing
   */
  public static void delete(Path folder) {
    deleteQuietly(folder);
  }

  private static Path sibling(Path target) {
    // Two threads may ask in the same nanosecond.
    String unique = UUID.randomUUID().toString().substring(0, 18).replace("-", "");
    return parent(target).resolve("." + target.getFileName() + ".tmp-" + unique);
  }

  private static Path parent(Path target) {
    Path parent = target.getParent();
    return parent == null ? target : parent;
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void forceAll(Path folder) throws IOException {
    for (Path file : FolderWalk.files(folder)) {
      if (Files.isRegularFile(file)) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
    }
  }

  /** Names the place, or the file elsewhere that what is written there is made of. */
  private static UserError refused(Path named, Path target, Path temporary, Exception failure) {
    IOException e =
        failure instanceof UncheckedIOException unchecked
            ? Objects.requireNonNull(unchecked.getCause())
            : (IOException) failure;
    if (e instanceof DirectoryNotEmptyException) {
      return new UserError(named + ": a folder with files is there, cannot be written", e);
    }
    String cause = FileFailures.cause(e);
    if (e instanceof FileSystemException f && f.getFile() != null) {
      Path at = Path.of(f.getFile()).toAbsolutePath();
      if (e instanceof FileAlreadyExistsException && target.startsWith(at) && !target.equals(at)) {
        cause = at + " is a file, not a folder";
      } else if (!at.startsWith(temporary) && !target.startsWith(at)) {
        return new UserError(at + ": cannot be read (" + cause + "); nothing was changed", e);
      }
    }
    return new UserError(named + ": cannot be written (" + cause + "); nothing was changed", e);
  }

  private static void deleteQuietly(Path path) {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // A temporary name that cannot be removed harms nobody; the outcome was reported already.
    }
  }
}
