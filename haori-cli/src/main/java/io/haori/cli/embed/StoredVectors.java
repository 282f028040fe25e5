package io.haori.cli.embed;

import io.haori.cli.predict.PredictInput;
import io.haori.core.check.Check;
import io.haori.training.data.records.DataRecord;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The vectors that the records of a file bring with them, as {@code haori embed} wrote them. */
final class StoredVectors {
  private static final Pattern COLUMN = Pattern.compile(VectorFormat.VECTOR + "_[1-9][0-9]*");

  private final PredictInput source;
  private final int width;
  private final List<String> names;
  private final Set<String> fields = new HashSet<>(Set.of(VectorFormat.VECTOR));
  private final boolean inColumns;

  /**
   * Those of a file, or of a stream whose header is waited for.
   *
   * @param source of the records
   * @param width how many numbers the base's vectors have
   * @throws io.haori.core.check.UserError when a table has columns of vectors of another width
   */
  StoredVectors(PredictInput source, int width) {
    this.source = source;
    this.width = width;
    names = new VectorFormat(width).columns(1);
    List<String> columns =
        source.columns().stream().filter(name -> COLUMN.matcher(name).matches()).toList();
    fields.addAll(columns);
    inColumns = !columns.isEmpty();
    if (inColumns) {
      requireWidth(columns);
    }
  }

  private void requireWidth(List<String> columns) {
    Set<String> there = new HashSet<>(columns);
    boolean whole = there.containsAll(new VectorFormat(there.size()).columns(1));
    if (whole && there.size() != width) {
      throw Check.at(
          source.name(),
          source.headerLine(),
          "vector must have " + width + " numbers as the base's have, got " + there.size());
    }
    for (String name : names) {
      if (!there.contains(name)) {
        throw Check.at(
            source.name(),
            source.headerLine(),
            "must have all columns " + names.get(0) + " to " + lastName() + ", got no " + name);
      }
    }
  }

  private String lastName() {
    return names.get(width - 1);
  }

  /** The fields that hold a vector or a part of it. */
  Set<String> fields() {
    return fields;
  }

  /**
   * The vector of a record.
   *
   * @return {@code [width]}; null where the record has a text alone
   * @throws io.haori.core.check.UserError when it is no vector of the base's width
   */
  float @Nullable [] of(DataRecord record) {
    if (inColumns) {
      return ofCells(record);
    }
    if (!(record.fields().get(VectorFormat.VECTOR) instanceof List<?> numbers)) {
      return null;
    }
    if (numbers.size() != width) {
      throw Check.at(
          source.name(),
          record.line(),
          "vector must have " + width + " numbers as the base's have, got " + numbers.size());
    }
    float[] vector = new float[width];
    for (int i = 0; i < width; i++) {
      vector[i] = number(record, numbers.get(i), i);
    }
    return vector;
  }

  private float @Nullable [] ofCells(DataRecord record) {
    if (names.stream().allMatch(name -> isBlank(record.fields().get(name)))) {
      return null;
    }
    float[] vector = new float[width];
    for (int i = 0; i < width; i++) {
      Object cell = record.fields().get(names.get(i));
      vector[i] = number(record, cell instanceof String text ? parsed(text) : cell, i);
    }
    return vector;
  }

  private static boolean isBlank(@Nullable Object cell) {
    return cell == null || (cell instanceof String text && text.isBlank());
  }

  /** The number of a cell; its text where it is none. */
  private static Object parsed(String text) {
    try {
      return text.isBlank() ? "a blank cell" : new BigDecimal(text.strip());
    } catch (NumberFormatException e) {
      return text;
    }
  }

  private float number(DataRecord record, @Nullable Object value, int position) {
    if (!(value instanceof Number number) || !Float.isFinite(number.floatValue())) {
      throw Check.at(
          source.name(),
          record.line(),
          "vector must hold finite numbers, got " + value + " at position " + (position + 1));
    }
    return number.floatValue();
  }
}
