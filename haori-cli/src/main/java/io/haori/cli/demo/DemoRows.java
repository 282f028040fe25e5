package io.haori.cli.demo;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.haori.cli.demo.StratifiedSplit.Example;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** The demo's rows as lines of JSON. */
final class DemoRows {
  private static final JsonFactory JSON = new JsonFactory();

  private DemoRows() {}

  /** Texts with their labels. */
  static String labelled(String domain, List<Example> examples) {
    var lines = new StringWriter();
    examples.forEach(
        example ->
            lines.append(row("text", example.text(), "label", example.label(), "domain", domain)));
    return lines.toString();
  }

  /** Texts without labels. */
  static String unlabelled(String domain, List<String> texts) {
    var lines = new StringWriter();
    texts.forEach(text -> lines.append(row("text", text, "domain", domain)));
    return lines.toString();
  }

  /** Two texts a row that go together. */
  static String pairs(List<Map.Entry<String, String>> pairs) {
    var lines = new StringWriter();
    pairs.forEach(pair -> lines.append(row("text", pair.getKey(), "text_pair", pair.getValue())));
    return lines.toString();
  }

  private static String row(String... keysAndValues) {
    var line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      for (int i = 0; i < keysAndValues.length; i += 2) {
        json.writeStringField(keysAndValues[i], keysAndValues[i + 1]);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string cannot be written to memory", e);
    }
    return line + "\n";
  }
}
