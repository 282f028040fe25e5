package io.haori.training.data;

import io.haori.core.check.Check;
import io.haori.inference.task.spi.LabelSet;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.RecordFormat;
import io.haori.training.data.records.Records;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the names of classes that a person fixed, one a line. */
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
    Map<String, Long> lines = new LinkedHashMap<>();
    try (Records records = Records.open(file, RecordFormat.TXT, options.read())) {
      for (DataRecord one = records.next(); one != null; one = records.next()) {
        String name = String.valueOf(one.text("text")).strip();
        Long earlier = one.blank() ? null : lines.putIfAbsent(name, one.line());
        if (earlier != null) {
          throw records.error(
              one, "has the label \"" + name + "\" again; it is in line " + earlier);
        }
      }
    }
    if (lines.size() < 2) {
      throw Check.in(file, "must have at least two labels, one on each line, got " + lines.size());
    }
    return new Fixed(file, LabelSet.of(lines.keySet()));
  }
}
