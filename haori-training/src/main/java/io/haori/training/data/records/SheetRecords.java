package io.haori.training.data.records;

import io.haori.core.check.Check;
import io.haori.core.check.Nearest;
import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;
import org.dhatim.fastexcel.reader.Row;
import org.dhatim.fastexcel.reader.Sheet;
import org.dhatim.fastexcel.reader.SheetVisibility;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a sheet of an Excel workbook below its header, which is the first row that is not empty.
 * Hidden rows are read, too. Merged cells are refused: all but one of them are empty.
 */
final class SheetRecords implements RecordSource {
  private final Path file;
  private final ReadableWorkbook workbook;
  private final Stream<Row> stream;
  private final Iterator<Row> rows;
  private final Sha256 digest;
  private @Nullable Map<Integer, String> columns;
  private long headerLine = 1;
  private long lastLine;
  private @Nullable DataRecord waiting;

  private SheetRecords(Path file, ReadableWorkbook workbook, Stream<Row> stream, Sha256 digest) {
    this.file = file;
    this.workbook = workbook;
    this.stream = stream;
    this.digest = digest;
    rows = stream.iterator();
  }

  static SheetRecords open(Path file, @Nullable String name) throws IOException {
    Sha256 digest = WorkbookFile.check(file);
    ReadableWorkbook workbook = null;
    try {
      workbook =
          new ReadableWorkbook(
              file.toFile(), new ReadingOptions(WorkbookFile.hasStyles(file), true));
      Sheet sheet = chosen(file, workbook, name);
      String merged = MergedCells.first(file, sheet.getId());
      if (merged != null) {
        throw Check.at(
            file,
            MergedCells.row(merged),
            "the cells "
                + merged
                + " are merged, so that only the first has a value; unmerge them and fill each");
      }
      return new SheetRecords(file, workbook, sheet.openStream(), digest);
    } catch (UserError e) {
      close(workbook);
      throw e;
    } catch (IOException | XMLStreamException | RuntimeException | LinkageError e) {
      // LinkageError: a broken part may name a compression that nobody has.
      close(workbook);
      throw damaged(file, e);
    }
  }

  private static void close(@Nullable ReadableWorkbook workbook) throws IOException {
    if (workbook != null) {
      workbook.close();
    }
  }

  private static Sheet chosen(Path file, ReadableWorkbook workbook, @Nullable String name)
      throws IOException {
    List<Sheet> all = workbook.getSheets().toList();
    if (name != null) {
      List<String> names = all.stream().map(Sheet::getName).toList();
      return all.stream()
          .filter(sheet -> sheet.getName().equals(name))
          .findFirst()
          .orElseThrow(() -> Check.in(file, "has no sheet " + Nearest.missing(name, names)));
    }
    List<Sheet> filled = new ArrayList<>();
    for (Sheet sheet : all) {
      if (sheet.getVisibility() == SheetVisibility.VISIBLE && !empty(sheet)) {
        filled.add(sheet);
      }
    }
    if (filled.size() != 1) {
      List<Sheet> shown = filled.isEmpty() ? all : filled;
      throw Check.in(
          file,
          (filled.isEmpty()
                  ? "has no visible sheet with rows; its sheets are "
                  : "has "
                      + filled.size()
                      + " sheets with rows; choose one with the setting sheet: ")
              + shown.stream().map(s -> '"' + s.getName() + '"').collect(Collectors.joining(", ")));
    }
    return filled.get(0);
  }

  private static boolean empty(Sheet sheet) throws IOException {
    try (Stream<Row> rows = sheet.openStream()) {
      return rows.allMatch(row -> cells(row).isEmpty());
    }
  }

  @Override
  public List<String> columns() {
    return List.copyOf(header().values());
  }

  @Override
  public long headerLine() {
    return headerLine;
  }

  @Override
  public @Nullable DataRecord next() {
    Map<Integer, String> names = header();
    if (waiting != null && lastLine < waiting.line() - 1) {
      return DataRecord.blank(++lastLine);
    }
    if (waiting != null) {
      DataRecord record = waiting;
      waiting = null;
      lastLine = record.line();
      return record;
    }
    Row row = nextFilled();
    if (row == null) {
      return null;
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    Map<Integer, Object> cells = cells(row);
    names.forEach((column, name) -> fields.put(name, cells.getOrDefault(column, "")));
    for (int column : cells.keySet()) {
      if (!names.containsKey(column)) {
        throw Check.at(
            file,
            row.getRowNum(),
            "has a value in column " + CellValues.letters(column) + ", which has no header");
      }
    }
    // Rows that Excel does not even write are blank lines like those that it writes empty.
    waiting = new DataRecord(row.getRowNum(), fields, false);
    return next();
  }

  private Map<Integer, String> header() {
    if (columns != null) {
      return columns;
    }
    Map<Integer, String> names = new LinkedHashMap<>();
    Row row = nextFilled();
    if (row != null) {
      headerLine = row.getRowNum();
      lastLine = headerLine;
      Set<String> seen = new HashSet<>();
      for (Map.Entry<Integer, Object> cell : cells(row).entrySet()) {
        String name = cell.getValue().toString().strip();
        if (!seen.add(name)) {
          throw Check.at(
              file, headerLine, "header must name each column once, got \"" + name + "\" twice");
        }
        names.put(cell.getKey(), name);
      }
    }
    columns = names;
    return names;
  }

  private @Nullable Row nextFilled() {
    try {
      while (rows.hasNext()) {
        Row row = rows.next();
        if (!cells(row).isEmpty()) {
          return row;
        }
      }
      return null;
    } catch (RuntimeException | LinkageError e) {
      throw damaged(file, e);
    }
  }

  /** The cells with something in them, by column from 0. */
  private static Map<Integer, Object> cells(Row row) {
    Map<Integer, Object> cells = new LinkedHashMap<>();
    row.stream()
        .filter(cell -> cell != null)
        .forEach(
            cell -> {
              Object value = CellValues.of(cell);
              if (!(value instanceof String text && text.isBlank())) {
                cells.put(cell.getColumnIndex(), value);
              }
            });
    return cells;
  }

  /** Digest of the file's bytes. */
  Sha256 digest() {
    return digest;
  }

  @Override
  public void close() throws IOException {
    stream.close();
    workbook.close();
  }

  static UserError damaged(Path file, Throwable cause) {
    return new UserError(
        file
            + ": is damaged and cannot be read as an Excel workbook; open it in Excel and save it"
            + " again",
        cause);
  }
}
