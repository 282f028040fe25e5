package io.haori.training.data.summary;

import io.haori.inference.task.spi.Row;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How warnings say where rows are. */
final class RowPlaces {
  /** How many rows a warning names. */
  static final int MOST_EXAMPLES = 3;

  private RowPlaces() {}

  /** Where a row is; a picture is known by its name. */
  static String position(Path file, Row row) {
    return row.image() == null ? file.getFileName() + ":" + row.line() : row.text();
  }

  /** What the rows of a split are called. */
  static String word(Split split) {
    return split == Split.TRAIN ? "training" : split.fileName();
  }

  /** What the rows of a file are called, by the name of its split. */
  static String word(String name) {
    return name.equals(Split.TRAIN.fileName()) ? word(Split.TRAIN) : name;
  }

  /** The rows of all splits, in the order of the one file that they come from. */
  static List<Row> all(Dataset data) {
    List<Row> all = new ArrayList<>();
    for (Split split : Split.values()) {
      all.addAll(data.split(split).rows());
    }
    all.sort(Comparator.comparingLong(Row::line));
    return all;
  }
}
