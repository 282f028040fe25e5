package io.haori.training.data;

import java.nio.file.Path;
import java.util.List;

/**
 * The rows of one file.
 *
 * @param path the file as the user named it
 * @param rows in the file's order; unmodifiable
 * @param sha256 digest of the bytes that were read, in hexadecimal; for a part of a file also of
 *     which rows
 */
public record DataFile(Path path, List<Row> rows, String sha256) {
  /** Keeps the rows from being changed. */
  public DataFile {
    rows = List.copyOf(rows);
  }
}
