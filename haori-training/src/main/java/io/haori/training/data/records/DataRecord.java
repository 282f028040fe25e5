package io.haori.training.data.records;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record of a file, with all of its fields.
 *
 * @param line where it begins, counted from 1; of a sheet the row's number in Excel
 * @param fields by name, in the file's order; unmodifiable. Values are strings; of JSON also {@link
 *     java.math.BigDecimal} (or {@link Double} for what is not finite), {@link Boolean}, {@link
 *     java.util.List}, {@link Map} and null; of a sheet also {@link CellFault}. Empty for a blank
 *     line of a table or of JSON
 * @param blank whether the line or row is blank
 */
public record DataRecord(long line, Map<String, @Nullable Object> fields, boolean blank) {
  /** Keeps the fields from being changed. */
  public DataRecord {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** A blank line or row. */
  static DataRecord blank(long line) {
    return new DataRecord(line, Map.of(), true);
  }

  /**
   * A field as text.
   *
   * @param column its name
   * @return the string, or null when there is no such field or it is not a string
   */
  public @Nullable String text(String column) {
    return fields.get(column) instanceof String text ? text : null;
  }
}
