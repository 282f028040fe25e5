package io.haori.training.data;

import io.haori.inference.task.spi.Row;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one file.
 *
 * @param path the file as the user named it
 * @param rows in the file's order; unmodifiable
 * @param sha256 digest of the bytes that were read, in hexadecimal; for a part of a file also of
 *     which rows
 * @param encodingFound the encoding that was recognised, or null when it is UTF-8 or was chosen
 */
public record DataFile(Path path, List<Row> rows, String sha256, @Nullable String encodingFound) {
  /** Keeps the rows from being changed. */
  public DataFile {
    rows = List.copyOf(rows);
  }

  /** Rows in UTF-8. */
  public DataFile(Path path, List<Row> rows, String sha256) {
    this(path, rows, sha256, null);
  }

  /** Whether its rows are pictures. */
  public boolean isOfPictures() {
    return !rows.isEmpty() && rows.get(0).image() != null;
  }
}
