package io.haori.training.data;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Task;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes labels of what a file has in their place, and decides whether they are classes or numbers
 * when nobody chose: numbers when all are; neither, but an error that names the line, when nearly
 * all are; and a question when all are whole and so few differ that they may be codes of classes.
 */
final class LabelReader {
  /** Of 100 labels this many numbers make the others mistakes. */
  private static final int NEARLY_ALL_PERCENT = 80;

  /** Up to this many different whole numbers may be codes of classes. */
  private static final int MOST_CODES = 20;

  /** Codes are repeated: each needs this many rows, on average. */
  private static final int ROWS_OF_A_CODE = 2;

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private static final Pattern DECIMAL_COMMA = Pattern.compile("[+-]?\\d+,\\d+");

  /** What a row's label says alone; which of the two is decided for the file as a whole. */
  private static final Set<Task> NAMES_OR_NUMBERS =
      Set.of(TaskCatalogue.CLASSIFICATION, TaskCatalogue.REGRESSION);

  private static final String LISTS =
      "; lists of labels are read with the setting task=multi-label";

  private static final String CURE =
      "; if labels are names of classes, choose the setting task=classification";

  private final Path file;
  private final RowBuilder rows;
  private final Labels wanted;
  private final @Nullable Task task;
  private final boolean untyped;

  LabelReader(Path file, RowBuilder rows, Labels wanted, @Nullable Task task, boolean untyped) {
    this.file = file;
    this.rows = rows;
    this.wanted = wanted;
    this.task = task;
    this.untyped = untyped;
  }

  /** The labels of all rows, in their order. */
  List<Label> read(List<LabelCell> cells) {
    Task known = wanted.task() == null ? task : wanted.task();
    if (known != null && !NAMES_OR_NUMBERS.contains(known)) {
      return cells.stream()
          .map(cell -> rows.label(known, cell.line(), shape(cell.value()), cell.words()))
          .toList();
    }
    for (LabelCell cell : cells) {
      requireLabel(cell);
    }
    Task chosen = known == null ? inferred(cells) : known;
    boolean numbers = chosen.equals(TaskCatalogue.REGRESSION);
    List<Label> labels = new ArrayList<>();
    for (LabelCell cell : cells) {
      labels.add(numbers ? number(cell, cells) : name(cell));
    }
    if (known == null && numbers) {
      requireNoCodes(cells);
    }
    return labels;
  }

  /** An empty cell of a table is an empty text; a key that JSON lacks is missing. */
  private @Nullable Object shape(@Nullable Object value) {
    return value == null && untyped ? "" : value;
  }

  private void requireLabel(LabelCell cell) {
    Object value = cell.value();
    if (value == null || (untyped && value instanceof String text && text.isBlank())) {
      throw rows.error(cell.line(), "label is missing");
    }
    if (!(value instanceof String) && !(value instanceof Number)) {
      throw rows.error(
          cell.line(),
          "label must be a string or a number, got "
              + described(value)
              + (value instanceof List ? LISTS : ""));
    }
    if (value instanceof Number number && !Double.isFinite(number.doubleValue())) {
      throw rows.error(cell.line(), "label must be finite, got " + shown(number));
    }
  }

  private Task inferred(List<LabelCell> cells) {
    if (!untyped) {
      return typed(cells);
    }
    long numbers = cells.stream().filter(LabelReader::isNumber).count();
    long commas = cells.stream().filter(LabelReader::hasDecimalComma).count();
    boolean nearly =
        100 * (numbers + commas) >= (long) NEARLY_ALL_PERCENT * cells.size()
            && (numbers > 0 || commas > 0);
    if (nearly && numbers < cells.size()) {
      throw notANumber(first(cells, false), cells);
    }
    return numbers == cells.size() ? TaskCatalogue.REGRESSION : TaskCatalogue.CLASSIFICATION;
  }

  /** JSON says itself what is a number; the kind of which there are fewer is the mistake. */
  private Task typed(List<LabelCell> cells) {
    long numbers = cells.stream().filter(cell -> cell.value() instanceof Number).count();
    if (numbers == cells.size()) {
      return TaskCatalogue.REGRESSION;
    }
    if (numbers == 0) {
      return TaskCatalogue.CLASSIFICATION;
    }
    boolean firstIsNumber = cells.get(0).value() instanceof Number;
    boolean numbersWanted =
        2 * numbers == cells.size() ? firstIsNumber : 2 * numbers > cells.size();
    LabelCell like = firstOf(cells, numbersWanted);
    LabelCell odd = firstOf(cells, !numbersWanted);
    throw rows.error(
        odd.line(),
        numbersWanted
            ? "label must be a number like the one in line " + like.line() + ", got " + got(odd)
            : "label must be a string like the one in line " + like.line() + ", got " + got(odd));
  }

  private static LabelCell firstOf(List<LabelCell> cells, boolean number) {
    return cells.stream()
        .filter(cell -> (cell.value() instanceof Number) == number)
        .findFirst()
        .orElseThrow();
  }

  private static LabelCell first(List<LabelCell> cells, boolean number) {
    return cells.stream().filter(cell -> isNumber(cell) == number).findFirst().orElseThrow();
  }

  private Label number(LabelCell cell, List<LabelCell> all) {
    if (cell.value() instanceof Number value) {
      return rows.numeric(cell.line(), value.doubleValue(), shown(value));
    }
    if (!isNumber(cell)) {
      throw notANumber(cell, all);
    }
    String text = String.valueOf(cell.value()).strip();
    return rows.numeric(cell.line(), Double.parseDouble(text), text);
  }

  private UserError notANumber(LabelCell odd, List<LabelCell> all) {
    if (wanted.task() != null) {
      return rows.error(
          odd.line(), "label must be a number like " + wanted.like() + ", got " + got(odd));
    }
    String like =
        all.stream()
            .filter(LabelReader::isNumber)
            .findFirst()
            .map(cell -> " like " + shown(cell.value()) + " in line " + cell.line())
            .orElse(" such as 1.5");
    return rows.error(
        odd.line(),
        "label must be a number"
            + like
            + ", got "
            + shown(odd.value())
            + (task == null ? CURE : ""));
  }

  private Label name(LabelCell cell) {
    return rows.label(TaskCatalogue.CLASSIFICATION, cell.line(), cell.value(), null);
  }

  private void requireNoCodes(List<LabelCell> cells) {
    TreeSet<Double> different = new TreeSet<>();
    for (LabelCell cell : cells) {
      double value = valueOf(cell);
      if (value != Math.rint(value)) {
        return;
      }
      different.add(value);
      if (different.size() > MOST_CODES) {
        return;
      }
    }
    if (different.size() < 2 || cells.size() < ROWS_OF_A_CODE * different.size()) {
      return;
    }
    String listed =
        different.stream()
            .limit(5)
            .map(value -> BigDecimal.valueOf(value).stripTrailingZeros().toPlainString())
            .collect(Collectors.joining(", "));
    throw Check.in(
        file,
        "the labels are "
            + different.size()
            + " different whole numbers ("
            + listed
            + (different.size() > 5 ? ", …" : "")
            + "), which may be codes of classes or amounts; choose the setting task=classification"
            + " or the setting task=regression");
  }

  private static double valueOf(LabelCell cell) {
    return cell.value() instanceof Number number
        ? number.doubleValue()
        : Double.parseDouble(String.valueOf(cell.value()).strip());
  }

  private static boolean isNumber(LabelCell cell) {
    return cell.value() instanceof Number
        || (cell.value() instanceof String text && NUMBER.matcher(text.strip()).matches());
  }

  private static boolean hasDecimalComma(LabelCell cell) {
    return cell.value() instanceof String text && DECIMAL_COMMA.matcher(text.strip()).matches();
  }

  private static String got(LabelCell cell) {
    return cell.value() instanceof String text
        ? "the string \"" + text.strip() + '"'
        : "the number " + ((Number) Objects.requireNonNull(cell.value())).doubleValue();
  }

  private static String shown(@Nullable Object value) {
    return value instanceof BigDecimal number && Double.isInfinite(number.doubleValue())
        ? number.toString().replace("E+", "e")
        : String.valueOf(value).strip();
  }

  /** What a cell would be among labels that are known. */
  static Label likely(String cell, Collection<Label> known) {
    boolean numbers = known.iterator().next() instanceof Label.Numeric;
    return numbers && NUMBER.matcher(cell.strip()).matches()
        ? known.iterator().next()
        : new Label.ClassName(cell.strip());
  }

  /** A value of JSON in words. */
  static String described(Object value) {
    if (value instanceof Map) {
      return "an object";
    }
    if (value instanceof List) {
      return "an array";
    }
    if (value instanceof String) {
      return "a string";
    }
    return value instanceof Number ? "the number " + value : value.toString();
  }
}
