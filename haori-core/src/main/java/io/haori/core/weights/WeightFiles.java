package io.haori.core.weights;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** What all readers of weights say alike about their files and tensors. */
public final class WeightFiles {
  private WeightFiles() {}

  /**
   * Opens a file for reading.
   *
   * @throws UserError when it is missing, a folder, or may not be read
   */
  public static FileChannel open(Path file) {
    if (Files.isDirectory(file)) {
      throw Check.in(file, "is a folder, must be a file");
    }
    try {
      return FileChannel.open(file, StandardOpenOption.READ);
    } catch (IOException e) {
      throw JsonFile.refused(file, "", e);
    }
  }

  /** Closes a file. */
  public static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A tensor's name inside a message. */
  public static String quote(String name) {
    return "'" + JsonFile.printable(name) + "'";
  }

  /**
   * Looks a tensor up.
   *
   * @throws UserError naming the file and the tensor when it is missing
   */
  public static <T> T find(Path file, Map<String, T> entries, String name) {
    T entry = entries.get(name);
    if (entry == null) {
      throw Check.in(file, "holds no tensor " + quote(name));
    }
    return entry;
  }
}
