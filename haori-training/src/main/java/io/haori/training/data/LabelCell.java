package io.haori.training.data;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A label as it is in a file.
 *
 * @param line where, counted from 1
 * @param value a string, of JSON perhaps a number, or something that is no label
 * @param words of the row, where it is read word by word; else null
 */
record LabelCell(long line, @Nullable Object value, @Nullable List<String> words) {}
