package io.haori.core.files;

import io.haori.core.check.UserError;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A folder as one file: the same files make the same bytes, whenever and wherever. */
public final class FolderZip {
  private static final int MOST_FILES = 10_000;
  private static final int PART = 1 << 16;

  private FolderZip() {}

  /**
   * Writes all files below a folder, or a single file.
   *
   * @param from the folder or file
   * @param out gets the zip; closed at the end
   */
  public static void write(Path from, OutputStream out) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      // Weights are not made smaller by it.
      zip.setLevel(Deflater.NO_COMPRESSION);
      for (Path file : files) {
        Path name = file.equals(from) ? file.getFileName() : from.relativize(file);
        ZipEntry entry = new ZipEntry(String.valueOf(name).replace('\\', '/'));
        entry.setLastModifiedTime(FileTime.fromMillis(0));
        zip.putNextEntry(entry);
        Files.copy(file, zip);
        zip.closeEntry();
      }
    }
  }

  /**
   * Unpacks into a folder.
   *
   * @param in a zip; closed at the end
   * @param to a new or empty folder
   * @param source what it is, for messages
   * @param mostBytes of all files together, whatever the zip says of itself
   * @throws UserError when it is no zip, has more bytes or a file outside of the folder; what was
   *     unpacked so far stays
   */
  public static void read(InputStream in, Path to, String source, long mostBytes)
      throws IOException {
    Path root = to.toAbsolutePath().normalize();
    byte[] part = new byte[PART];
    long bytes = 0;
    int count = 0;
    try (ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        count++;
        if (count > MOST_FILES) {
          throw new UserError(source + " has more than " + MOST_FILES + " files");
        }
        if (entry.isDirectory()) {
          continue;
        }
        Path file = inside(root, entry.getName(), source);
        Files.createDirectories(file.getParent());
        try (OutputStream out = Files.newOutputStream(file)) {
          for (int got = zip.read(part); got >= 0; got = zip.read(part)) {
            bytes += got;
            if (bytes > mostBytes) {
              throw new UserError(source + " has more than " + mostBytes + " bytes");
            }
            out.write(part, 0, got);
          }
        }
      }
    } catch (ZipException | EOFException e) {
      throw new UserError(source + " is a damaged zip", e);
    }
    if (count == 0) {
      throw new UserError(source + " is no zip");
    }
  }

  private static Path inside(Path root, String name, String source) {
    try {
      Path file = root.resolve(name).normalize();
      if (file.startsWith(root) && !file.equals(root)) {
        return file;
      }
    } catch (InvalidPathException e) {
      // As one that leads outside.
    }
    throw new UserError(source + " has a file outside of its folder");
  }
}
