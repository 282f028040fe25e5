package io.haori.core.files;

import io.haori.core.check.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Words what a disk refuses: one sentence that begins with the path and ends with the cause. Java's
 * own messages are often the path alone.
 */
public final class FileFailures {
  /** What systems say of a disk or of limits that are the user's, without a path. */
  private static final Pattern OF_THE_DISK =
      Pattern.compile(
          "(?i).*(no space left|not enough space|quota|file too large|too many open files"
              + "|input/output error|read-only file system|stale file handle).*");

  private FileFailures() {}

  /**
   * The cause alone, without a path.
   *
   * @param e what Java threw
   * @return for example {@code permission denied}
   */
  public static String cause(IOException e) {
    if (e instanceof FileSystemException f && f.getReason() != null && !f.getReason().isBlank()) {
      return f.getReason();
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    } else if (e instanceof NoSuchFileException) {
      return "no such file or folder";
    } else if (e instanceof FileAlreadyExistsException) {
      return "a file of this name exists already";
    } else if (e instanceof NotDirectoryException) {
      return "not a folder";
    } else if (e instanceof DirectoryNotEmptyException) {
      return "a folder with files in it";
    } else if (e instanceof FileSystemLoopException) {
      return "its links lead in a circle";
    } else if (e instanceof CharacterCodingException) {
      return "not a text in this encoding";
    }
    return e.getMessage() == null || e.getMessage().isBlank()
        ? e.getClass().getSimpleName()
        : e.getMessage();
  }

  /**
   * That a file or folder cannot be read.
   *
   * @param path that was to be read; the sentence names the one that Java names, which may be a
   *     file in it
   * @param e what Java threw
   */
  public static UserError unreadable(Path path, IOException e) {
    return new UserError(named(path, e) + ": cannot be read (" + cause(e) + ")", e);
  }

  /**
   * That a file or folder cannot be written.
   *
   * @param path that was to be written; the sentence names the one that Java names
   * @param e what Java threw
   */
  public static UserError unwritable(Path path, IOException e) {
    return new UserError(named(path, e) + ": cannot be written (" + cause(e) + ")", e);
  }

  private static String named(Path path, IOException e) {
    return e instanceof FileSystemException f && f.getFile() != null
        ? f.getFile()
        : path.toString();
  }

  /**
   * The sentence for a failure that came up from somewhere, when it is one of the disk: a file that
   * cannot be read or written, a full disk.
   *
   * @param failure anything; its causes are looked through
   * @return empty for a fault of the program
   */
  public static Optional<String> sentence(Throwable failure) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof FileSystemException f && f.getFile() != null) {
        return Optional.of(f.getFile() + ": cannot be read or written (" + cause(f) + ")");
      }
      if (one instanceof IOException io && OF_THE_DISK.matcher(cause(io)).matches()) {
        return Optional.of("The disk cannot be read or written (" + cause(io) + ")");
      }
      if (!(one instanceof UncheckedIOException || one instanceof IOException)) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
