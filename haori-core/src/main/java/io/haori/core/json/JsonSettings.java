package io.haori.core.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Settings as a JSON object: whole numbers and numbers as numbers, truth values as truth values,
 * all else as texts. Files of earlier versions have texts alone, which are read as texts.
 */
public final class JsonSettings {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonSettings() {}

  /**
   * An object.
   *
   * @param settings numbers, truth values and texts by name
   * @return with the names in ascending order
   */
  public static ObjectNode of(Map<String, ?> settings) {
    return JSON.valueToTree(new TreeMap<>(settings));
  }

  /**
   * The same with every value as a text.
   *
   * @param settings values by name
   * @return with the names in ascending order
   */
  public static ObjectNode texts(Map<String, ?> settings) {
    Map<String, String> texts = new TreeMap<>();
    settings.forEach((name, value) -> texts.put(name, String.valueOf(value)));
    return of(texts);
  }

  /**
   * An object that its settings describe.
   *
   * @param json an object with settings by name; what is not given has its default
   * @param read asks for each setting
   * @throws UserError when a setting does not exist or has a wrong value
   */
  public static <T> T read(JsonNode json, Function<SettingsReader, T> read) {
    SettingsReader settings = SettingsReader.of(json);
    T described = read.apply(settings);
    settings.requireNothingElse();
    return described;
  }

  /**
   * What was chosen: settings without those that are at their default, names in ascending order. A
   * new setting with a default changes nothing in it.
   *
   * @param settings by name
   * @param defaults by name
   */
  public static ObjectNode chosen(Map<String, ?> settings, Map<String, ?> defaults) {
    Map<String, Object> chosen = new TreeMap<>(settings);
    chosen.entrySet().removeIf(one -> one.getValue().equals(defaults.get(one.getKey())));
    return of(chosen);
  }

  /**
   * Settings out of an object.
   *
   * @param node an object; anything else has none
   * @return numbers, truth values and texts by name; what is none of them as the text of its JSON
   */
  public static Map<String, Object> read(JsonNode node) {
    Map<String, Object> settings = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      settings.put(entry.getKey(), value(entry.getValue()));
    }
    return settings;
  }

  private static Object value(JsonNode value) {
    if (value.isNumber()) {
      return value.numberValue();
    }
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    return value.isTextual() ? value.textValue() : value.toString();
  }
}
