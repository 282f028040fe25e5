package io.haori.training.data.records;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One JSON object a line. */
final class JsonRecords implements RecordSource {
  // NaN is no JSON, but Python writes it; whoever wants the number says what is wrong with it.
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final Path file;
  private final TextLines lines;

  JsonRecords(Path file, TextLines lines) {
    this.file = file;
    this.lines = lines;
  }

  @Override
  public boolean ready() throws IOException {
    return lines.ready();
  }

  @Override
  public @Nullable DataRecord next() throws IOException {
    String line = lines.next();
    if (line == null) {
      return null;
    }
    return line.isBlank()
        ? DataRecord.blank(lines.line())
        : new DataRecord(lines.line(), fields(line), false);
  }

  private Map<String, @Nullable Object> fields(String json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw error("must be a JSON object like {\"text\": \"...\"}, got " + described(parser));
      }
      Map<String, @Nullable Object> fields = object(parser);
      if (parser.nextToken() != null) {
        throw error("must be one JSON object, got more after it");
      }
      return fields;
    } catch (JsonEOFException e) {
      throw error("must be a JSON object in one line, got one that is cut off");
    } catch (JsonProcessingException e) {
      throw error(
          "must be valid JSON, got at position "
              + e.getLocation().getColumnNr()
              + ": "
              + firstLine(e.getOriginalMessage()));
    }
  }

  private Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      if (fields.containsKey(key)) {
        throw error("has the key \"" + key + "\" twice");
      }
      parser.nextToken();
      fields.put(key, value(parser));
    }
    return fields;
  }

  private @Nullable Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        List<@Nullable Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          values.add(value(parser));
        }
        yield values;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> new BigDecimal(parser.getText());
      case VALUE_NUMBER_FLOAT ->
          parser.isNaN() ? notFinite(parser) : new BigDecimal(parser.getText());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static Double notFinite(JsonParser parser) throws IOException {
    return parser.getDoubleValue();
  }

  private UserError error(String what) {
    return Check.at(file, lines.line(), what);
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
