package io.haori.training.data.records;

import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * What can be chosen about how a file is read. What is null is found out from the file.
 *
 * @param encoding of text files; found out: UTF-8, UTF-16, Shift_JIS as Windows writes it, or
 *     Windows-1252. A stream that is not a file is UTF-8 where nothing is chosen
 * @param delimiter between the fields of {@code .csv} and {@code .tsv}; found out: comma,
 *     semicolon, tab or bar
 * @param sheet of {@code .xlsx}; found out: the only visible sheet that is not empty
 */
public record ReadOptions(
    @Nullable Charset encoding, @Nullable Character delimiter, @Nullable String sheet) {
  /** Finds everything out. */
  public static final ReadOptions DETECT = new ReadOptions(null, null, null);
}
