package io.haori.cli.predict;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.training.data.Columns;
import io.haori.training.data.TextRows;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.ReadOptions;
import io.haori.training.data.records.RecordFormat;
import io.haori.training.data.records.Records;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is to be predicted, record after record, each with all of its fields. */
public interface PredictInput extends AutoCloseable {
  /** The formats, by the ending of a file's name. */
  List<String> FORMATS =
      Arrays.stream(RecordFormat.values()).map(f -> f.ending().substring(1)).toList();

  /** How errors name it. */
  Path name();

  /** The names of the columns, where it is a table; waits for its header where need be. */
  default List<String> columns() {
    return List.of();
  }

  /** Where the names of the columns are, counted from 1; waits for the header where need be. */
  default long headerLine() {
    return 1;
  }

  /** The next record, waiting for it where need be; null at the end. */
  @Nullable DataRecord next();

  /** Whether the next record is there without waiting. */
  default boolean ready() {
    return true;
  }

  /** Reads rows as a task wants them; before the first row is asked for. */
  default void answeredBy(Task task) {}

  /** The row of a record; null for a blank text. */
  @Nullable Row row(DataRecord record);

  /**
   * A problem with what was read last, with what cannot be read either of what has yet to come.
   *
   * @param problem with a record
   */
  default UserError withWhatFollows(UserError problem) {
    return problem;
  }

  @Override
  default void close() {}

  /** Texts that were typed as options. */
  static PredictInput of(List<String> texts) {
    return new Typed(texts);
  }

  /** Records of a stream as they come; nothing is read before the first is asked for. */
  static PredictInput of(InputStream in, RecordFormat format, ReadOptions read, Columns columns) {
    return new Read(Path.of("stdin"), in, format, read, columns);
  }

  /**
   * Records of a file, whose columns are there; or a picture, or a folder of pictures.
   *
   * @param format by its word; null for what the name's ending says
   */
  static PredictInput of(Path file, @Nullable String format, ReadOptions read, Columns columns) {
    if (format == null && PictureInput.is(file)) {
      return PictureInput.of(file);
    }
    if (Files.isDirectory(file)) {
      throw Check.in(file, "must be a file or a folder of pictures, got a folder");
    }
    if (format == null && RecordFormat.of(file).isEmpty() && !isOldExcel(file)) {
      throw Check.in(
          file,
          "its name must end in ."
              + String.join(", .", FORMATS.subList(0, FORMATS.size() - 1))
              + " or ."
              + FORMATS.get(FORMATS.size() - 1)
              + ", or --input-format be given");
    }
    Records records =
        format == null ? Records.open(file, read) : Records.open(file, format(format), read);
    return new Read(records, columns);
  }

  /** A format by its word, which is known. */
  static RecordFormat format(String word) {
    return RecordFormat.valueOf(word.toUpperCase(Locale.ROOT));
  }

  private static boolean isOldExcel(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(".xls");
  }

  /** Texts that are there already, numbered from 1. */
  final class Typed implements PredictInput {
    private static final Path NAME = Path.of("--text");

    private final List<String> texts;
    private final TextRows rows = new TextRows(NAME, RecordFormat.TXT, Columns.USUAL);
    private int next;

    Typed(List<String> texts) {
      this.texts = texts;
    }

    @Override
    public Path name() {
      return NAME;
    }

    @Override
    public @Nullable DataRecord next() {
      if (next == texts.size()) {
        return null;
      }
      String text = texts.get(next++);
      return new DataRecord(next, Map.of("text", text), text.isBlank());
    }

    @Override
    public void answeredBy(Task task) {
      rows.answeredBy(task);
    }

    @Override
    public @Nullable Row row(DataRecord record) {
      return rows.row(record);
    }
  }

  /** Records of a file or stream. */
  final class Read implements PredictInput {
    private final Path name;
    private final TextRows rows;
    private final @Nullable InputStream in;
    private final RecordFormat format;
    private final ReadOptions read;
    private @Nullable Records records;

    Read(Path name, InputStream in, RecordFormat format, ReadOptions read, Columns columns) {
      this.name = name;
      this.in = in;
      this.format = format;
      this.read = read;
      rows = new TextRows(name, format, columns);
    }

    Read(Records records, Columns columns) {
      name = records.file();
      in = null;
      format = records.format();
      read = ReadOptions.DETECT;
      rows = new TextRows(name, format, columns);
      this.records = records;
      try {
        requireColumns(records);
      } catch (RuntimeException e) {
        records.close();
        throw e;
      }
    }

    private void requireColumns(Records opened) {
      List<String> header = opened.columns();
      if (!header.isEmpty()) {
        rows.requireColumns(opened.headerLine(), header);
      }
    }

    private Records records() {
      if (records == null) {
        InputStream stream = in == null ? InputStream.nullInputStream() : in;
        records = Records.of(name.toString(), stream, format, read);
        requireColumns(records);
      }
      return records;
    }

    @Override
    public Path name() {
      return name;
    }

    @Override
    public List<String> columns() {
      return records().columns();
    }

    @Override
    public long headerLine() {
      return records().headerLine();
    }

    @Override
    public @Nullable DataRecord next() {
      return records().next();
    }

    @Override
    public boolean ready() {
      return records().ready();
    }

    @Override
    public void answeredBy(Task task) {
      rows.answeredBy(task);
    }

    @Override
    public @Nullable Row row(DataRecord record) {
      return rows.row(record);
    }

    @Override
    public void close() {
      if (records != null) {
        records.close();
      }
    }
  }
}
