package io.haori.training.instruct;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.training.data.Split;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.ReadOptions;
import io.haori.training.data.records.RecordFormat;
import io.haori.training.data.records.Records;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Questions with several texts, one of which is right: {@code {"prompt": "A cat says", "choices":
 * [" meow", " moo"], "answer": 0}}.
 *
 * @param path as the user named it
 * @param rows at least one
 * @param sha256 digest of the file
 */
public record ChoiceFile(Path path, List<Row> rows, String sha256) {
  private static final String PROMPT = "prompt";
  private static final String CHOICES = "choices";
  private static final String ANSWER = "answer";

  /** Copies the list. */
  public ChoiceFile {
    rows = List.copyOf(rows);
  }

  /**
   * One question.
   *
   * @param prompt what comes before every choice
   * @param choices at least two, none empty
   * @param answer index of the right one
   */
  public record Row(String prompt, List<String> choices, int answer) {
    /** Copies the list. */
    public Row {
      choices = List.copyOf(choices);
    }
  }

  /**
   * Reads a split.
   *
   * @param data a folder, or a single file
   * @param split which one of a folder
   * @return empty where its rows have no choices
   * @throws UserError for the first row that is wrong
   */
  public static Optional<ChoiceFile> read(Path data, Split split) {
    Path file =
        Files.isDirectory(data)
            ? data.resolve(split.fileName() + RecordFormat.JSONL.ending())
            : data;
    boolean json = RecordFormat.of(file).filter(one -> one == RecordFormat.JSONL).isPresent();
    if (!json || !Files.exists(file)) {
      return Optional.empty();
    }
    List<Row> rows = new ArrayList<>();
    try (Records records = Records.open(file, ReadOptions.DETECT)) {
      for (DataRecord one = records.next(); one != null; one = records.next()) {
        if (one.blank()) {
          continue;
        }
        if (rows.isEmpty() && !one.fields().containsKey(CHOICES)) {
          return Optional.empty();
        }
        rows.add(row(file, one));
      }
      return rows.isEmpty()
          ? Optional.empty()
          : Optional.of(new ChoiceFile(file, rows, records.sha256()));
    }
  }

  private static Row row(Path file, DataRecord record) {
    if (!(record.fields().get(PROMPT) instanceof String prompt)) {
      throw Check.at(file, record.line(), PROMPT + " must be a text");
    }
    List<String> choices = new ArrayList<>();
    if (record.fields().get(CHOICES) instanceof List<?> list) {
      for (Object one : list) {
        if (!(one instanceof String text) || text.isBlank()) {
          throw Check.at(file, record.line(), CHOICES + " must be texts that are not blank");
        }
        choices.add(text);
      }
    }
    if (choices.size() < 2) {
      throw Check.at(
          file, record.line(), CHOICES + " must be at least two texts, got " + choices.size());
    }
    Object given = record.fields().get(ANSWER);
    Integer answer = answer(given, choices);
    if (answer == null) {
      throw Check.at(
          file,
          record.line(),
          ANSWER
              + " must be one of the choices or its number from 0 to "
              + (choices.size() - 1)
              + ", got "
              + (given instanceof String || given instanceof BigDecimal
                  ? given
                  : "something else"));
    }
    return new Row(prompt, choices, answer);
  }

  private static @Nullable Integer answer(@Nullable Object given, List<String> choices) {
    if (given instanceof String text) {
      int at = choices.indexOf(text);
      return at < 0 ? null : (Integer) at;
    }
    if (given instanceof BigDecimal number) {
      for (int i = 0; i < choices.size(); i++) {
        if (number.compareTo(BigDecimal.valueOf(i)) == 0) {
          return i;
        }
      }
    }
    return null;
  }
}
