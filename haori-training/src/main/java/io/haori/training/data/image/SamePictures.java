package io.haori.training.data.image;

import io.haori.core.digest.Sha256;
import io.haori.core.files.FileFailures;
import io.haori.inference.task.spi.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds a picture's file among others. Only those of one length are read. */
public final class SamePictures {
  private final Map<Long, List<Row>> bySize = new HashMap<>();
  private final Map<Path, String> digests = new HashMap<>();

  /**
   * Files to look among.
   *
   * @param rows those with pictures count
   */
  public SamePictures(List<Row> rows) {
    for (Row row : rows) {
      Path file = row.image();
      if (file != null) {
        bySize.computeIfAbsent(size(file), size -> new ArrayList<>()).add(row);
      }
    }
  }

  /**
   * The first row with the same bytes.
   *
   * @param row with a picture
   * @return null where there is none
   */
  public @Nullable Row find(Row row) {
    Path file = row.image();
    if (file == null) {
      return null;
    }
    for (Row other : bySize.getOrDefault(size(file), List.of())) {
      if (digest(file).equals(digest(other.image()))) {
        return other;
      }
    }
    return null;
  }

  private String digest(@Nullable Path file) {
    return file == null ? "" : digests.computeIfAbsent(file, Sha256::of);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw FileFailures.unreadable(file, e);
    }
  }
}
