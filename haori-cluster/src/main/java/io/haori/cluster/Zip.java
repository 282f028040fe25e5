package io.haori.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A folder as one file: the same files make the same bytes, whenever and wherever. */
final class Zip {
  private Zip() {}

  /** Writes all files below a folder, or a single file. */
  static void write(Path from, OutputStream out) throws IOException {
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

  /** Unpacks into a folder. */
  static void read(InputStream in, Path to) throws IOException {
    Path root = to.toAbsolutePath().normalize();
    try (ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = root.resolve(entry.getName()).normalize();
        if (!file.startsWith(root)) {
          throw new IOException("an entry outside of its folder, " + entry.getName());
        }
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
  }
}
