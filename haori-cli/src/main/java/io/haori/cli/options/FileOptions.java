package io.haori.cli.options;

import static io.haori.core.check.Check.require;

import io.haori.training.data.Columns;
import io.haori.training.data.DataOptions;
import io.haori.training.data.records.Encodings;
import io.haori.training.data.records.ReadOptions;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How files of texts are read; what is not given is found out from the files. */
public final class FileOptions {
  @Option(
      names = "--text-column",
      paramLabel = "NAME",
      description = "Column or JSON key of the text (default: text).")
  public @Nullable String textColumn;

  @Option(
      names = "--pair-column",
      paramLabel = "NAME",
      description = "Column of the second text of a pair (default: text_pair, where there is one).")
  public @Nullable String pairColumn;

  @Option(
      names = "--encoding",
      paramLabel = "NAME",
      description =
          "Encoding of text files, such as utf-8, shift_jis, cp1252 or utf-16 (default: found"
              + " out).")
  @Nullable String encoding;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description =
          "Between the fields of .csv and .tsv: a character, or the word tab (default: found out).")
  @Nullable String delimiter;

  @Option(
      names = "--sheet",
      paramLabel = "NAME",
      description = "Sheet of .xlsx (default: the only visible one with rows).")
  @Nullable String sheet;

  /** Encoding, delimiter and sheet. */
  public ReadOptions read() {
    return new ReadOptions(charset(), delimiter(), sheet);
  }

  /** The options of texts without labels. */
  public DataOptions texts() {
    return DataOptions.USUAL
        .withRead(read())
        .withColumns(new Columns(textColumn, pairColumn, null, null));
  }

  private @Nullable Charset charset() {
    return encoding == null ? null : Encodings.parse("--encoding", encoding);
  }

  private @Nullable Character delimiter() {
    if (delimiter == null) {
      return null;
    }
    if (delimiter.equals("tab") || delimiter.equals("\\t")) {
      return '\t';
    }
    require(
        delimiter.length() == 1 && !"\"\r\n".contains(delimiter),
        "--delimiter",
        "one character that is no quote, or the word tab",
        delimiter);
    return delimiter.charAt(0);
  }
}
