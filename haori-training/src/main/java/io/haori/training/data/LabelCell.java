package io.haori.training.data;

import org.jspecify.annotations.Nullable;

/**
 * A label as it is in a file.
 *
 * @param line where, counted from 1
 * @param value a string, of JSON perhaps a number, or something that is no label
 */
record LabelCell(long line, @Nullable Object value) {}
