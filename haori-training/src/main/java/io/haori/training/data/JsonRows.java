package io.haori.training.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows as one JSON object a line: {@code text}, and where wanted {@code text_pair}, {@code label}
 * (a string or a number) and {@code domain}. Other keys are passed over.
 */
final class JsonRows {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final RowBuilder rows;

  JsonRows(RowBuilder rows) {
    this.rows = rows;
  }

  /** Adds the row of one line that is not blank. */
  void readLine(long line, String json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      JsonToken start = parser.nextToken();
      if (start != JsonToken.START_OBJECT) {
        throw rows.error(
            line, "must be a JSON object like {\"text\": \"...\"}, got " + described(parser));
      }
      readObject(line, parser);
      if (parser.nextToken() != null) {
        throw rows.error(line, "must be one JSON object, got more after it");
      }
    } catch (JsonEOFException e) {
      throw rows.error(line, "must be a JSON object in one line, got one that is cut off");
    } catch (JsonProcessingException e) {
      throw rows.error(
          line,
          "must be valid JSON, got at place "
              + e.getLocation().getColumnNr()
              + ": "
              + firstLine(e.getOriginalMessage()));
    }
  }

  private void readObject(long line, JsonParser parser) throws IOException {
    String text = null;
    String textPair = null;
    Label label = null;
    String domain = null;
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      if (!seen.add(key)) {
        throw rows.error(line, "has the key \"" + key + "\" twice");
      }
      parser.nextToken();
      switch (key) {
        case "text" -> text = string(line, parser, key);
        case "text_pair" -> textPair = string(line, parser, key);
        case "domain" -> domain = string(line, parser, key);
        case "label" -> label = rows.wantsLabels() ? label(line, parser) : passOver(parser);
        default -> passOver(parser);
      }
    }
    if (rows.wantsLabels() && label == null && text != null) {
      throw rows.error(line, "label is missing");
    }
    rows.add(line, text, textPair, label, domain);
  }

  private @Nullable String string(long line, JsonParser parser, String key) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> parser.getText();
      case VALUE_NULL -> null;
      default -> throw rows.error(line, key + " must be a string, got " + described(parser));
    };
  }

  private @Nullable Label label(long line, JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case VALUE_STRING -> rows.className(line, parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          rows.numeric(line, Double.parseDouble(parser.getText()), parser.getText());
      case VALUE_NULL -> null;
      default ->
          throw rows.error(line, "label must be a string or a number, got " + described(parser));
    };
  }

  private static @Nullable Label passOver(JsonParser parser) throws IOException {
    parser.skipChildren();
    return null;
  }

  private static String described(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "a string";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + parser.getText();
      default -> parser.getText();
    };
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse(message);
  }
}
