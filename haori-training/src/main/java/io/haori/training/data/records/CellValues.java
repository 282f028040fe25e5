package io.haori.training.data.records;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Set;
import java.util.regex.Pattern;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;
import org.jspecify.annotations.Nullable;

/**
 * What is in a cell, as text: numbers as they are stored and not as they are shown (10, not 10.0 or
 * 10.00), dates as ISO 8601 writes them, TRUE and FALSE, of a formula its last result.
 */
final class CellValues {
  private static final Set<String> ERRORS =
      Set.of(
          "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!");

  /** Everything of a number format that is no field of a date: quoted, escaped, in brackets. */
  private static final Pattern LITERAL = Pattern.compile("\"[^\"]*\"|\\\\.|\\[[^\\]]*\\]|_.|\\*.");

  private static final Pattern ELAPSED = Pattern.compile("\\[(h+|m+|s+)\\]");

  private CellValues() {}

  /** A string, empty for nothing, or a {@link CellFault}. */
  static Object of(Cell cell) {
    Object value = cell.getValue();
    String position = letters(cell.getColumnIndex()) + (cell.getAddress().getRow() + 1);
    boolean formula = cell.getFormula() != null;
    String raw = cell.getRawValue();
    if (formula && (raw == null || value == null)) {
      return new CellFault(
          "",
          "the cell "
              + position
              + " has a formula whose result is not in the file; open the file in Excel and save"
              + " it");
    }
    if (cell.getType() == CellType.ERROR || (formula && raw != null && ERRORS.contains(raw))) {
      return new CellFault(String.valueOf(raw), "the cell " + position + " is the error " + raw);
    }
    if (value == null) {
      return "";
    }
    if (value instanceof BigDecimal number) {
      return isDate(cell.getDataFormatId(), cell.getDataFormatString())
          ? date(cell)
          : number(number);
    }
    return value instanceof Boolean truth ? (truth ? "TRUE" : "FALSE") : value.toString();
  }

  /** Excel writes 17 digits where fewer say the same double. */
  private static String number(BigDecimal stored) {
    double value = stored.doubleValue();
    if (value == 0 || !Double.isFinite(value)) {
      return Double.isFinite(value) ? "0" : stored.toString();
    }
    BigDecimal shortest = BigDecimal.valueOf(value).stripTrailingZeros();
    return Math.abs(shortest.scale()) > 40 ? shortest.toString() : shortest.toPlainString();
  }

  private static String date(Cell cell) {
    LocalDateTime moment = cell.asDate();
    LocalTime time = moment.toLocalTime();
    LocalDate day = moment.toLocalDate();
    if (time.equals(LocalTime.MIDNIGHT)) {
      return day.toString();
    }
    // A time of day is a date before the first.
    boolean timeOnly = new BigDecimal(cell.getRawValue()).compareTo(BigDecimal.ONE) < 0;
    return timeOnly ? time.toString() : moment.toString();
  }

  private static boolean isDate(@Nullable Integer id, @Nullable String format) {
    int number = id == null ? 0 : id;
    // ECMA-376 part 1, 18.8.30: built-in formats, those of East Asia among them.
    boolean builtIn =
        (number >= 14 && number <= 22)
            || (number >= 27 && number <= 36)
            || (number >= 45 && number <= 47)
            || (number >= 50 && number <= 58);
    if (builtIn || format == null || format.equalsIgnoreCase("General")) {
      return builtIn;
    }
    String first = format.split(";", 2)[0];
    return ELAPSED.matcher(first).find()
        || LITERAL.matcher(first).replaceAll("").matches("(?s).*[yYdDhHsSmM].*");
  }

  /** The letters of a column, counted from 0. */
  static String letters(int column) {
    StringBuilder letters = new StringBuilder();
    for (int left = column + 1; left > 0; left = (left - 1) / 26) {
      letters.insert(0, (char) ('A' + (left - 1) % 26));
    }
    return letters.toString();
  }
}
