package io.haori.training.data.records;

import io.haori.core.check.Check;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** How the records of a file are written, which the ending of its name says. */
public enum RecordFormat {
  /** One JSON object a line. */
  JSONL,
  /** A table with a header; commas, semicolons, tabs or bars between the fields. */
  CSV,
  /** The same with tabs as a rule; a quote that is not closed is a character like any other. */
  TSV,
  /** One text a line, in the field {@code text}. */
  TXT,
  /** A sheet of an Excel workbook, with a header. */
  XLSX;

  /** All endings in words, for sentences. */
  static final String ENDINGS = ".jsonl, .csv, .tsv, .xlsx or .txt";

  /**
   * The format of a file.
   *
   * @param file by its name alone; nothing is read
   * @return the format, or nothing when the ending is none of ours
   */
  public static Optional<RecordFormat> of(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    for (RecordFormat format : values()) {
      if (name.endsWith(format.ending())) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /**
   * The same, where there must be one.
   *
   * @throws io.haori.core.check.UserError when the ending is none of ours
   */
  static RecordFormat require(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".xls")) {
      throw Check.in(file, "is an old Excel file; save it in Excel as .xlsx (Excel Workbook)");
    }
    return of(file).orElseThrow(() -> Check.in(file, "its name must end in " + ENDINGS));
  }

  /**
   * The ending of a file's name.
   *
   * @return with the dot, for example {@code .csv}
   */
  public String ending() {
    return "." + name().toLowerCase(Locale.ROOT);
  }
}
