package io.haori.training.data;

import io.haori.core.check.Check;
import io.haori.inference.task.spi.LabelSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the names of classes that a person fixed, and maybe described, one a line. */
final class LabelNames {
  /** The file of a folder that fixes its classes. */
  static final String FILE = "labels.txt";

  private LabelNames() {}

  /**
   * The classes that are fixed for some data.
   *
   * @param chosen a file of names, or null
   * @param data a folder, or a file of rows
   * @return the names and the file they are in, or null when nothing fixes them
   */
  static @Nullable Fixed of(@Nullable Path chosen, Path data, DataOptions options) {
    Path file = chosen;
    if (file == null && Files.exists(data.resolve(FILE))) {
      file = data.resolve(FILE);
    }
    return file == null ? null : read(file, options);
  }

  /**
   * Names that are fixed.
   *
   * @param file where
   * @param labels at least two
   */
  record Fixed(Path file, LabelSet labels) {}

  private static Fixed read(Path file, DataOptions options) {
    Map<String, String> described = LabelFile.described(file, options.read());
    if (described.size() < 2) {
      throw Check.in(
          file, "must have at least two labels, one on each line, got " + described.size());
    }
    return new Fixed(file, LabelSet.described(described));
  }
}
