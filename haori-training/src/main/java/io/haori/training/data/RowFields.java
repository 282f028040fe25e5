package io.haori.training.data;

import io.haori.core.check.Check;
import io.haori.core.check.Nearest;
import io.haori.core.check.UserError;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Task;
import io.haori.model.chat.Conversation;
import io.haori.training.data.records.CellFault;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.RecordFormat;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which fields of a file's records are the parts of a row. */
final class RowFields {
  /** The field of a row's words. */
  static final String TOKENS = "tokens";

  /** The field of an answer that is to be written. */
  static final String COMPLETION = "completion";

  private static final String PROMPT = "prompt";

  /** The field of a picture's file, in the place of a text. */
  static final String IMAGE = "image";

  /** The field of a conversation. */
  private static final String MESSAGES = "messages";

  private static final String TOOLS = "tools";

  private final Path file;
  private final boolean json;
  private final boolean plain;
  private Columns columns;
  private String label;
  private boolean instructions;
  private boolean conversations;
  private boolean images;
  private boolean words;
  private boolean undecided;

  /**
   * Fields of one file.
   *
   * @param file how errors name it
   * @param format how it is written
   * @param columns as chosen
   */
  RowFields(Path file, RecordFormat format, Columns columns) {
    this.file = file;
    json = format == RecordFormat.JSONL;
    plain = format == RecordFormat.TXT;
    // A plain text has its field whatever the others are called.
    this.columns = plain ? Columns.USUAL : columns;
    label = this.columns.labelName();
  }

  /** Reads the right answers of a task, and its words where it reads words. */
  void of(Task task) {
    label = columns.label() == null ? task.field() : columns.label();
    words = task.readsWords();
    undecided = false;
  }

  /** Takes words in the place of a text until the task is known. */
  void anyTask() {
    undecided = true;
  }

  /**
   * The task whose field is there, when nobody chose.
   *
   * @param names that are there
   * @return null where a label of a name or a number is meant
   */
  @Nullable Task found(Collection<String> names) {
    if (columns.label() != null || names.contains(label)) {
      return null;
    }
    return TaskCatalogue.all().stream()
        .filter(task -> names.contains(task.field()))
        .findFirst()
        .orElse(null);
  }

  /**
   * Names a column that a person chose or every row must have, and that is not there.
   *
   * @param line of the header or the first record
   * @param names that are there
   * @param label whether rows must have a label
   */
  void require(long line, Collection<String> names, boolean label) {
    if (plain) {
      return;
    }
    readInstructions(names);
    if (!conversations && (!(words || undecided) || !names.contains(TOKENS))) {
      require(line, names, columns.textName(), "columns.text", !json || columns.text() != null);
    }
    if (label) {
      require(line, names, this.label, "columns.label", !json || columns.label() != null);
    }
    require(line, names, columns.textPairName(), "columns.textPair", columns.textPair() != null);
    require(line, names, columns.domainName(), "columns.domain", columns.domain() != null);
    require(line, names, columns.groupName(), "columns.group", columns.group() != null);
  }

  /**
   * Whether rows are prompts with answers, or conversations, as nobody chose other columns: they
   * have {@code prompt} and {@code completion}, or {@code messages}.
   */
  static boolean arePrompts(Collection<String> names, Columns columns) {
    return isOpen(names, columns)
        && (names.contains(MESSAGES) || (names.contains(PROMPT) && names.contains(COMPLETION)));
  }

  /** Whether rows are pictures, as nobody chose other columns: they have {@code image}. */
  static boolean areImages(Collection<String> names, Columns columns) {
    return isOpen(names, columns) && names.contains(IMAGE);
  }

  private static boolean isOpen(Collection<String> names, Columns columns) {
    return columns.text() == null
        && columns.textPair() == null
        && !names.contains(columns.textName());
  }

  /** Rows of a prompt and its answer have names of their own, where nobody chose others. */
  private void readInstructions(Collection<String> names) {
    conversations = json && isOpen(names, columns) && names.contains(MESSAGES);
    instructions = !conversations && arePrompts(names, columns);
    images = !conversations && !instructions && areImages(names, columns);
    if (images) {
      columns = new Columns(IMAGE, null, columns.label(), columns.domain(), columns.group());
    }
    if (instructions) {
      columns = new Columns(PROMPT, COMPLETION, columns.label(), columns.domain(), columns.group());
    }
  }

  // Each JSON object has its own keys: only a name that was chosen must be in the first.
  private void require(
      long line, Collection<String> names, String name, String setting, boolean needed) {
    if (needed && !names.contains(name)) {
      throw Check.at(
          file,
          line,
          (json ? "has no key " : "header has no column ")
              + Nearest.missing(name, names)
              + "; choose one with the setting "
              + setting);
    }
  }

  /** How the file names the text. */
  String textName() {
    return conversations ? MESSAGES : columns.textName();
  }

  /** How the file names the label. */
  String labelName() {
    return label;
  }

  /** The text; of words, with blanks between them. */
  @Nullable String text(DataRecord record) {
    Conversation said = conversation(record);
    if (said != null) {
      return said.question().shown();
    }
    List<String> given = words(record);
    return given == null ? string(record, columns.textName()) : String.join(" ", given);
  }

  /** The conversation of a row that is one; else null. */
  @Nullable Conversation conversation(DataRecord record) {
    if (!conversations) {
      return null;
    }
    Object value = value(record, MESSAGES);
    if (value == null) {
      throw Check.at(file, record.line(), MESSAGES + " is missing");
    }
    try {
      return Conversation.of(value, value(record, TOOLS));
    } catch (UserError e) {
      throw Check.at(file, record.line(), String.valueOf(e.getMessage()));
    }
  }

  /** The file of a row that is a picture, relative to the file of rows; else null. */
  @Nullable Path image(DataRecord record) {
    String name = images ? string(record, IMAGE) : null;
    if (name == null || name.isBlank()) {
      return null;
    }
    try {
      Path image = file.resolveSibling(name.strip());
      if (Files.isRegularFile(image)) {
        return image;
      }
    } catch (InvalidPathException e) {
      // Reported as a file that does not exist.
    }
    throw Check.at(file, record.line(), "image must be a picture's file, got " + name.strip());
  }

  /** The words of a row that is given in words, for a task that reads them; else null. */
  @Nullable List<String> words(DataRecord record) {
    Object value = words ? value(record, TOKENS) : null;
    if (value == null) {
      return null;
    }
    if (value instanceof String text) {
      return text.isBlank() ? List.of() : List.of(Row.BLANKS.split(text.strip()));
    }
    if (!(value instanceof List<?> list)) {
      throw error(record, "must be a list of words, got " + LabelReader.described(value));
    }
    List<String> read = new ArrayList<>();
    for (Object word : list) {
      String place = " at position " + (read.size() + 1);
      if (!(word instanceof String text)) {
        String got = word == null ? "null" : LabelReader.described(word);
        throw error(record, "must be a list of words, got " + got + place);
      }
      if (text.isBlank()) {
        throw error(record, "must hold words that are not blank, got a blank one" + place);
      }
      read.add(text);
    }
    if (read.isEmpty()) {
      throw error(record, "must hold at least one word, got none");
    }
    return read;
  }

  private UserError error(DataRecord record, String what) {
    return Check.at(file, record.line(), TOKENS + " " + what);
  }

  @Nullable String textPair(DataRecord record) {
    Conversation said = conversation(record);
    if (said != null) {
      return said.isAnswered() ? said.answer() : null;
    }
    String pair = string(record, columns.textPairName());
    if (instructions && (pair == null || pair.isBlank())) {
      throw Check.at(
          file, record.line(), COMPLETION + (pair == null ? " is missing" : " must not be blank"));
    }
    return pair;
  }

  @Nullable String domain(DataRecord record) {
    return string(record, columns.domainName());
  }

  /**
   * The group, a number as it is written; null where it is blank or was not given. What is neither
   * under the usual name is something else.
   */
  @Nullable String group(DataRecord record) {
    Object value = value(record, columns.groupName());
    boolean plainValue = value == null || value instanceof Number || value instanceof String;
    if (!plainValue && columns.group() == null) {
      return null;
    }
    String group = value instanceof Number ? value.toString() : string(record, columns.groupName());
    return group == null || group.isBlank() ? null : group.strip();
  }

  /** The label as the file has it. */
  @Nullable Object label(DataRecord record) {
    return value(record, label);
  }

  /** Whether there is something in the place of the label. */
  boolean isLabelled(DataRecord record) {
    return !plain && isThere(label(record));
  }

  /** Whether there is an answer to learn from, of whatever task, under its usual name. */
  static boolean hasAnswer(DataRecord record) {
    return Stream.concat(
            TaskCatalogue.all().stream().map(Task::field), Stream.of(COMPLETION, MESSAGES))
        .map(record.fields()::get)
        .anyMatch(RowFields::isThere);
  }

  private static boolean isThere(@Nullable Object value) {
    return value != null && !(value instanceof String text && text.isBlank());
  }

  private @Nullable String string(DataRecord record, String column) {
    Object value = value(record, column);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw Check.at(
        file, record.line(), column + " must be a string, got " + LabelReader.described(value));
  }

  private @Nullable Object value(DataRecord record, String column) {
    Object value = record.fields().get(column);
    if (value instanceof CellFault fault) {
      throw Check.at(file, record.line(), fault.problem());
    }
    return value;
  }
}
