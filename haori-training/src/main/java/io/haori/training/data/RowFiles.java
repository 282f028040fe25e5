package io.haori.training.data;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.training.data.image.ImageFolder;
import io.haori.training.data.records.ReadOptions;
import io.haori.training.data.records.RecordFormat;
import io.haori.training.data.records.Records;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads single files of rows by the ending of their name: {@code .jsonl}, {@code .csv}, {@code
 * .tsv}, {@code .xlsx} and, for texts without labels, {@code .txt} with one text a line. Blank
 * lines are passed over.
 *
 * <p>A mistake in a file is one {@link UserError} that names file and line.
 */
public final class RowFiles {
  private RowFiles() {}

  /**
   * Reads texts, as a corpus or to be predicted; labels are passed over where there are some.
   *
   * @param file one of the formats, or a folder of pictures
   * @return its rows, at least one
   * @throws UserError when the file cannot be read or a row is wrong
   */
  public static DataFile readTexts(Path file) {
    return readTexts(file, DataOptions.USUAL);
  }

  /**
   * The same with what was chosen about the file.
   *
   * @param file one of the formats
   * @param options its encoding, delimiter, sheet and columns
   * @return its rows, at least one
   * @throws UserError when the file cannot be read or a row is wrong
   */
  public static DataFile readTexts(Path file, DataOptions options) {
    return read(file, Labels.NONE, options);
  }

  /**
   * Reads texts of a stream, for example of a pipe: one JSON object a line when the first line that
   * is not blank begins with a brace, otherwise one text a line.
   *
   * @param name how errors name the stream
   * @param in read to its end, not closed
   * @return its rows, at least one
   * @throws UserError when the stream cannot be read or a row is wrong
   */
  public static DataFile readTexts(String name, InputStream in) {
    InputStream marks = new BufferedInputStream(in);
    try {
      RecordFormat format = beginsWithBrace(marks) ? RecordFormat.JSONL : RecordFormat.TXT;
      // The stream belongs to the caller, so the records are not closed.
      return read(
          Records.of(name, marks, format, ReadOptions.DETECT), Labels.NONE, DataOptions.USUAL);
    } catch (IOException e) {
      throw new UserError(name + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private static boolean beginsWithBrace(InputStream in) throws IOException {
    int most = 1 << 12;
    in.mark(most);
    int next = in.read();
    for (int read = 1; read < most && next >= 0 && (next <= ' ' || next > 0x7F); read++) {
      next = in.read();
    }
    in.reset();
    return next == '{';
  }

  /** Reads a file whose rows have the labels that are wanted. */
  static DataFile read(Path file, Labels wanted, DataOptions options) {
    if (!wanted.needed() && Files.isDirectory(file) && ImageFolder.hasPictures(file)) {
      return ImageRows.ofAll(file);
    }
    if (Files.isDirectory(file)) {
      throw Check.in(file, "must be a file, got a folder");
    }
    if (wanted.needed() && RecordFormat.of(file).filter(f -> f == RecordFormat.TXT).isPresent()) {
      throw Check.in(file, "its name must end in .jsonl, .csv, .tsv or .xlsx");
    }
    try (Records records = Records.open(file, options.read())) {
      return read(records, wanted, options);
    }
  }

  private static DataFile read(Records records, Labels wanted, DataOptions options) {
    List<Row> rows = new RowReader(records, wanted, options).read();
    if (rows.isEmpty()) {
      throw Check.in(records.file(), "must have at least one row, got none");
    }
    return ImageRows.withContent(
        new DataFile(records.file(), rows, records.sha256(), records.encodingFound()));
  }
}
