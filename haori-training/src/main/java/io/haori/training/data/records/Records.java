package io.haori.training.data.records;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one file or stream, one at a time and no further than asked for (a table
 * with a quoted line break needs the lines of its record). Blank lines are records, too, so that
 * answers can be put beside them. For one thread.
 *
 * <p>A mistake in the file is one {@link UserError} that names file and line.
 */
public final class Records implements AutoCloseable {
  private final Path file;
  private final RecordFormat format;
  private final InputStream in;
  private final RecordSource source;
  private final @Nullable Sha256 digest;
  private final @Nullable Charset encoding;
  private final boolean found;

  private Records(
      Path file,
      RecordFormat format,
      InputStream in,
      RecordSource source,
      @Nullable Sha256 digest,
      @Nullable Charset encoding,
      boolean found) {
    this.file = file;
    this.format = format;
    this.in = in;
    this.source = source;
    this.digest = digest;
    this.encoding = encoding;
    this.found = found;
  }

  /**
   * Opens a file whose ending says how it is written.
   *
   * @param file {@code .jsonl}, {@code .csv}, {@code .tsv}, {@code .xlsx} or {@code .txt}
   * @param options what was chosen about it
   * @return its records; the caller closes them
   * @throws UserError when it cannot be read
   */
  public static Records open(Path file, ReadOptions options) {
    if (Files.isDirectory(file)) {
      throw Check.in(file, "must be a file, got a folder");
    }
    return open(file, RecordFormat.require(file), options);
  }

  /**
   * Opens a file of a given format.
   *
   * @param file whatever its name is
   * @param format how it is written
   * @param options what was chosen about it
   * @return its records; the caller closes them
   * @throws UserError when it cannot be read
   */
  public static Records open(Path file, RecordFormat format, ReadOptions options) {
    if (Files.isDirectory(file)) {
      throw Check.in(file, "must be a file, got a folder");
    }
    try {
      if (format != RecordFormat.XLSX && Files.exists(file) && !Files.isRegularFile(file)) {
        // A pipe can be read once, so that nothing is found out from it beforehand.
        return of(file.toString(), Files.newInputStream(file), format, options);
      }
      if (format == RecordFormat.XLSX) {
        SheetRecords sheet = SheetRecords.open(file, options.sheet());
        return new Records(
            file, format, InputStream.nullInputStream(), sheet, sheet.digest(), null, false);
      }
      Charset encoding = options.encoding();
      boolean found = encoding == null;
      if (encoding == null) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
          encoding = EncodingScan.of(file, in);
        }
      }
      return of(file, Files.newInputStream(file), format, options, encoding, found);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * The records of a stream, for example of a pipe. Each is given as soon as it is whole.
   *
   * @param name how errors name the stream
   * @param in closed with the records
   * @param format how it is written; not {@link RecordFormat#XLSX}
   * @param options what was chosen; UTF-8 (or UTF-16 with its mark) when no encoding was
   * @return the records
   * @throws UserError when it cannot be read
   */
  public static Records of(String name, InputStream in, RecordFormat format, ReadOptions options) {
    Path file = Path.of(name);
    if (format == RecordFormat.XLSX) {
      throw Check.in(file, "cannot be an Excel workbook; name its file instead");
    }
    try {
      InputStream marks = new BufferedInputStream(in);
      Charset encoding = options.encoding() == null ? Encodings.marked(marks) : options.encoding();
      return of(file, marks, format, options, encoding, false);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static Records of(
      Path file,
      InputStream in,
      RecordFormat format,
      ReadOptions options,
      Charset encoding,
      boolean found) {
    Sha256 digest = Sha256.start();
    InputStream digested = digest.reading(in);
    TextLines lines =
        new TextLines(
            file, Encodings.linesIn(digested, encoding, file), Encodings.ofLines(encoding));
    RecordSource source =
        switch (format) {
          case JSONL -> new JsonRecords(file, lines);
          case TXT -> new TextRecords(lines);
          case CSV, TSV ->
              new DelimitedRecords(
                  file, lines, format == RecordFormat.TSV, options.delimiter(), found);
          case XLSX -> throw new IllegalArgumentException("a sheet is not read from a stream");
        };
    return new Records(file, format, in, source, digest, encoding, found);
  }

  /**
   * The next record.
   *
   * @return the record, or null after the last
   * @throws UserError when the file is wrong there
   */
  public @Nullable DataRecord next() {
    try {
      return source.next();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * Whether the next record is there already, so that {@link #next} does not wait for whoever
   * writes the stream. A quoted field that runs on in further lines is waited for.
   *
   * @return false also at the end
   */
  public boolean ready() {
    try {
      return source.ready();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /**
   * The names of the columns, where the format has a header; reads that first if need be.
   *
   * @return in the file's order; empty for {@code .jsonl} and {@code .txt} and for an empty file
   * @throws UserError when the header is wrong
   */
  public List<String> columns() {
    try {
      return source.columns();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** How the file is written. */
  public RecordFormat format() {
    return format;
  }

  /** The file, or the stream's name, as errors name it. */
  public Path file() {
    return file;
  }

  /** The line of the header, counted from 1; 1 for formats without one. */
  public long headerLine() {
    return source.headerLine();
  }

  /** Places where a quote may have swallowed records, of what was read so far. */
  public List<Doubt> doubts() {
    return source.doubts();
  }

  /**
   * The error of one record.
   *
   * @param record of this file
   * @param what what is wrong with it
   * @return to be thrown
   */
  public UserError error(DataRecord record, String what) {
    return Check.at(file, record.line(), what);
  }

  /**
   * In which encoding other than UTF-8 the file is, when nobody chose it.
   *
   * @return its usual name, or null
   */
  public @Nullable String encodingFound() {
    return found && encoding != null && !encoding.equals(UTF_8) ? Encodings.word(encoding) : null;
  }

  /**
   * Digest of the bytes, in hexadecimal; of the whole file after the last record.
   *
   * @return 64 digits
   */
  public String sha256() {
    if (digest == null) {
      throw new IllegalStateException("nothing was digested");
    }
    return digest.hex();
  }

  @Override
  public void close() {
    try (InputStream closed = in) {
      source.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static UserError unreadable(Path file, IOException e) {
    String reason = String.valueOf(e.getMessage());
    if (e instanceof NoSuchFileException) {
      reason = "no such file";
    } else if (e instanceof AccessDeniedException) {
      reason = "permission denied";
    }
    return new UserError(file + ": cannot be read (" + reason + ")", e);
  }
}
