package io.haori.training.data;

import io.haori.check.Check;
import io.haori.check.UserError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the rows of one file; what every format must keep to is checked here, once. */
final class RowBuilder {
  private final Path file;
  private final Labels wanted;
  private final List<Row> rows = new ArrayList<>();

  /**
   * Rows of one file.
   *
   * @param file how errors name it
   * @param wanted whether rows need labels, and which
   */
  RowBuilder(Path file, Labels wanted) {
    this.file = file;
    this.wanted = wanted;
  }

  /** Whether rows need labels; without need they are not even looked at. */
  boolean wantsLabels() {
    return wanted.needed();
  }

  /** Adds a row; a label is given exactly when {@link #wantsLabels}. */
  void add(
      long line,
      @Nullable String text,
      @Nullable String textPair,
      @Nullable Label label,
      @Nullable String domain) {
    if (text == null) {
      throw error(line, "text is missing");
    }
    if (text.isBlank()) {
      throw error(line, "text must not be blank");
    }
    requireWhole(line, "text", text);
    if (textPair != null) {
      requireWhole(line, "text_pair", textPair);
    }
    if (label != null) {
      requireKind(line, label);
    }
    rows.add(
        new Row(
            text,
            textPair == null || textPair.isBlank() ? null : textPair,
            label,
            domain == null || domain.isBlank() ? null : domain.strip(),
            line));
  }

  /** The label of a class, from its name as it stands in the file. */
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
    return new Label.Numeric(value);
  }

  UserError error(long line, String what) {
    return Check.at(file, line, what);
  }

  List<Row> rows() {
    return rows;
  }

  private void requireKind(long line, Label label) {
    TaskKind kind = wanted.kind();
    String like = wanted.like();
    if (kind == null) {
      if (rows.isEmpty()) {
        return;
      }
      Row first = rows.get(0);
      kind = first.label() == null ? label.kind() : first.label().kind();
      like = "the one in line " + first.line();
    }
    if (label.kind() != kind) {
      throw error(
          line,
          label instanceof Label.Numeric number
              ? "label must be a string like " + like + ", got the number " + number.value()
              : "label must be a number like "
                  + like
                  + ", got the string \""
                  + ((Label.ClassName) label).name()
                  + "\"");
    }
  }

  /** Half a surrogate pair is no character, and native code behind us must not meet it. */
  private void requireWhole(long line, String key, String text) {
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
