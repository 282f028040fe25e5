package io.haori.training.data.records;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The records of one format. */
interface RecordSource extends Closeable {
  /** The next record, or null after the last. */
  @Nullable DataRecord next() throws IOException;

  /** Whether the next record begins in what is there already. */
  default boolean ready() throws IOException {
    return true;
  }

  /** The names in the header; reads it if it was not read yet. Empty for formats without one. */
  default List<String> columns() throws IOException {
    return List.of();
  }

  /** Where columns are named; counted from 1. */
  default long headerLine() {
    return 1;
  }

  /** Places where a quote may swallow lines, which only the labels can tell; see {@link Doubt}. */
  default List<Doubt> doubts() {
    return List.of();
  }

  @Override
  default void close() throws IOException {}
}
