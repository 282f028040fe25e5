package io.haori.cli.generate;

import static io.haori.core.check.Check.require;

import io.haori.core.check.Check;
import io.haori.core.check.Nearest;
import io.haori.core.check.UserError;
import io.haori.inference.generate.Prompt;
import io.haori.model.chat.ChatTemplate;
import io.haori.model.chat.Conversation;
import io.haori.training.data.records.CellFault;
import io.haori.training.data.records.DataRecord;
import io.haori.training.data.records.ReadOptions;
import io.haori.training.data.records.RecordFormat;
import io.haori.training.data.records.Records;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Prompts of a file or of stdin, in their order.
 *
 * @param name how errors name the file
 * @param lines those that are not blank
 */
record Prompts(Path name, List<Line> lines) {
  /** The name that means stdin. */
  static final String STDIN = "-";

  private static final String PROMPT = "prompt";

  private static final String MESSAGES = "messages";
  private static final String TOOLS = "tools";

  /** The field of a line of a plain text. */
  private static final String TEXT = "text";

  /** Copies the lines. */
  Prompts {
    lines = List.copyOf(lines);
  }

  /**
   * One prompt.
   *
   * @param number of its line, from 1
   * @param text as it is given; of a conversation what a reader sees
   * @param conversation null for a text that is written on as it is
   */
  record Line(long number, String text, @Nullable Conversation conversation) {}

  /** The formats, by the ending of a file's name. */
  static List<String> formats() {
    return Arrays.stream(RecordFormat.values()).map(one -> one.ending().substring(1)).toList();
  }

  /**
   * Reads all prompts.
   *
   * @param input a file, or - for stdin
   * @param format by its word; null for what the name's ending says, for stdin one prompt a line
   * @param stdin what is read where the name is -
   * @throws UserError for the first line without a prompt, or where there is none
   */
  static Prompts read(String input, @Nullable String format, InputStream stdin) {
    if (format != null) {
      require(
          formats().contains(format),
          "--input-format",
          "one of " + String.join(", ", formats()),
          format);
    }
    RecordFormat known =
        format == null ? null : RecordFormat.valueOf(format.toUpperCase(Locale.ROOT));
    if (input.equals(STDIN)) {
      RecordFormat given = known == null ? RecordFormat.TXT : known;
      return read(Records.of("stdin", stdin, given, ReadOptions.DETECT));
    }
    Path file = Path.of(input);
    return read(
        known == null
            ? Records.open(file, ReadOptions.DETECT)
            : Records.open(file, known, ReadOptions.DETECT));
  }

  private static Prompts read(Records opened) {
    List<Line> lines = new ArrayList<>();
    try (Records records = opened) {
      Path name = records.file();
      String field = records.format() == RecordFormat.TXT ? TEXT : PROMPT;
      Collection<String> header = records.columns();
      if (!header.isEmpty() && !header.contains(field)) {
        throw Check.at(
            name, records.headerLine(), "header has no column " + Nearest.missing(field, header));
      }
      for (DataRecord one = records.next(); one != null; one = records.next()) {
        if (!one.blank()) {
          lines.add(line(name, one, field));
        }
      }
      if (lines.isEmpty()) {
        throw Check.in(name, "must have at least one prompt, found none");
      }
      return new Prompts(name, lines);
    }
  }

  private static Line line(Path name, DataRecord one, String field) {
    Object messages = one.fields().get(MESSAGES);
    if (messages == null || one.fields().containsKey(field)) {
      return new Line(one.line(), prompt(name, one, field), null);
    }
    try {
      Conversation asked = Conversation.of(messages, one.fields().get(TOOLS)).question();
      return new Line(one.line(), asked.shown(), asked);
    } catch (UserError e) {
      throw Check.at(name, one.line(), Objects.requireNonNullElse(e.getMessage(), ""));
    }
  }

  private static String prompt(Path name, DataRecord one, String field) {
    if (!one.fields().containsKey(field)) {
      throw Check.at(
          name, one.line(), "has no key " + Nearest.missing(field, one.fields().keySet()));
    }
    Object value = one.fields().get(field);
    if (value instanceof CellFault fault) {
      throw Check.at(name, one.line(), fault.problem());
    }
    if (!(value instanceof String text)) {
      throw Check.at(name, one.line(), field + " must be a string");
    }
    if (text.isBlank()) {
      throw Check.at(name, one.line(), field + " must not be blank");
    }
    return text;
  }

  /**
   * All prompts as tokens.
   *
   * @param opened writes on from them
   * @throws UserError for the first that cannot be written on from
   */
  List<Prompt> of(WritingBase opened) {
    List<Prompt> prompts = new ArrayList<>();
    for (Line line : lines) {
      Conversation asked = line.conversation();
      ChatTemplate template = asked == null ? null : opened.chatTemplate();
      try {
        Prompt prompt =
            asked == null || template == null
                ? Prompt.of(opened.base().tokenizer(), line.text())
                : Prompt.of(opened.base().tokenizer(), template, asked);
        opened.generator().check(prompt);
        prompts.add(prompt);
      } catch (UserError e) {
        throw Check.at(name, line.number(), Objects.requireNonNullElse(e.getMessage(), ""));
      }
    }
    return prompts;
  }
}
