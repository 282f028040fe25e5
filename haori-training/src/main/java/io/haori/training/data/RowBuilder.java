package io.haori.training.data;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.inference.task.regression.RegressionTask;
import io.haori.inference.task.spi.Label;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.model.chat.Conversation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the rows of one file; what every format must keep to is checked here, once. */
final class RowBuilder {
  private final Path file;
  private final List<Row> rows = new ArrayList<>();

  /**
   * Rows of one file.
   *
   * @param file how errors name it
   */
  RowBuilder(Path file) {
    this.file = file;
  }

  /** Adds a row; {@code textName} is how the file names the text. */
  void add(
      long line,
      String textName,
      @Nullable String text,
      @Nullable String textPair,
      @Nullable Label label,
      @Nullable String domain,
      @Nullable List<String> words,
      @Nullable String group,
      @Nullable Conversation conversation,
      @Nullable Path image) {
    if (group != null) {
      requireWhole(line, "group", group);
    }
    rows.add(
        row(line, textName, text, textPair, label, domain, words)
            .inGroup(group)
            .saying(conversation)
            .showing(image));
  }

  /** Makes a row without adding it. */
  Row row(
      long line,
      String textName,
      @Nullable String text,
      @Nullable String textPair,
      @Nullable Label label,
      @Nullable String domain,
      @Nullable List<String> words) {
    if (text == null) {
      throw error(line, textName + " is missing");
    }
    if (text.isBlank()) {
      throw error(line, textName + " must not be blank");
    }
    requireWhole(line, textName, text);
    if (textPair != null) {
      requireWhole(line, "text_pair", textPair);
    }
    return new Row(
        text,
        textPair == null || textPair.isBlank() ? null : textPair,
        label,
        domain == null || domain.isBlank() ? null : domain.strip(),
        line,
        words);
  }

  /** The label of a class, from its name as it is in the file. */
  Label className(long line, String name) {
    if (name.isBlank()) {
      throw error(line, "label must not be blank");
    }
    requireWhole(line, "label", name);
    return new Label.ClassName(name.strip());
  }

  /** The label of a regression. */
  Label numeric(long line, double value, String text) {
    if (!Double.isFinite(value)) {
      throw error(line, "label must be finite, got " + text);
    }
    if (Math.abs(value) > RegressionTask.MOST) {
      throw error(line, "label must be between -1e15 and 1e15, got " + text);
    }
    return new Label.Numeric(value);
  }

  /** The label of any task, as the task reads it. */
  Label label(Task task, long line, @Nullable Object value, @Nullable List<String> words) {
    Label label = task.label(value, words, what -> error(line, what));
    label.names().forEach(name -> requireWhole(line, task.field(), name));
    return label;
  }

  UserError error(long line, String what) {
    return Check.at(file, line, what);
  }

  List<Row> rows() {
    return rows;
  }

  /** Half a surrogate pair is no character, and native code behind us must not meet it. */
  void requireWhole(long line, String key, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          throw error(line, key + " must be whole characters, got half a surrogate pair");
        }
        i++;
      }
    }
  }
}
