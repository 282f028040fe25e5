package io.haori.core.json;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.core.check.Nearest;
import io.haori.core.check.UserError;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Reads settings by name. Whoever builds an object asks for each of its settings; what was given
 * and never asked for does not exist. A name is the path to the setting with dots between, for
 * example {@code lora.rank}.
 *
 * <p>A number or truth value may be written as a text, too, as the command line has it and as files
 * of earlier versions do.
 *
 * <pre>{@code
 * SettingsReader settings = SettingsReader.of(json);
 * int rank = settings.within("lora").whole("rank", 8); // "lora.rank": 8
 * settings.requireNothingElse();
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class SettingsReader {
  private final String prefix;
  private final Map<String, Object> given;
  private final Set<String> known;

  private SettingsReader(String prefix, Map<String, Object> given, Set<String> known) {
    this.prefix = prefix;
    this.given = given;
    this.known = known;
  }

  /**
   * Settings of a JSON object.
   *
   * @param json with numbers, truth values and texts by name
   * @throws UserError when it is no object
   */
  public static SettingsReader of(JsonNode json) {
    require(json.isObject(), "settings", "a JSON object", json.isMissingNode() ? "nothing" : json);
    Map<String, Object> given = new LinkedHashMap<>();
    json.properties()
        .forEach(
            entry -> {
              JsonNode value = entry.getValue();
              given.put(entry.getKey(), value.isTextual() ? value.textValue() : value);
            });
    return new SettingsReader("", given, new LinkedHashSet<>());
  }

  /**
   * Settings by name.
   *
   * @param owner what they belong to; {@code owner.name} is a setting's whole name in messages
   * @param settings numbers, truth values and texts by name, without the owner
   */
  public static SettingsReader of(String owner, Map<String, ?> settings) {
    Map<String, Object> given = new LinkedHashMap<>();
    settings.forEach((name, value) -> given.put(owner + "." + name, value));
    return new SettingsReader(owner + ".", given, new LinkedHashSet<>());
  }

  /**
   * The settings of a part, asked for without the part's name.
   *
   * @param owner its name, which comes with a dot before each of its settings
   */
  public SettingsReader within(String owner) {
    return new SettingsReader(prefix + owner + ".", given, known);
  }

  /** Names asked for so far, without the name of the part that this reads. */
  public List<String> known() {
    return known.stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .toList();
  }

  /** Names given and not asked for so far, in ascending order, as {@link #known} has them. */
  public List<String> unknown() {
    return given.keySet().stream()
        .filter(name -> name.startsWith(prefix) && !known.contains(name))
        .map(name -> name.substring(prefix.length()))
        .sorted()
        .toList();
  }

  /**
   * Passes over names that are no settings but may be among them.
   *
   * @param names as {@link #known} has them
   */
  public SettingsReader leave(Set<String> names) {
    names.stream().map(prefix::concat).filter(given::containsKey).forEach(known::add);
    return this;
  }

  /** A text; a number or truth value is none. */
  public String text(String name, String otherwise) {
    String whole = prefix + name;
    known.add(whole);
    Object value = given.get(whole);
    require(value == null || value instanceof String, whole, "a text", String.valueOf(value));
    return value instanceof String text ? text.strip() : otherwise;
  }

  /** A whole number. */
  public int whole(String name, int otherwise) {
    return read(name, otherwise, SettingsReader::whole);
  }

  /** A whole number of up to 64 bits. */
  public long wholeLong(String name, long otherwise) {
    return read(
        name, otherwise, (setting, text) -> number(setting, "a whole number", text, Long::valueOf));
  }

  /** A number. */
  public double number(String name, double otherwise) {
    return read(name, otherwise, SettingsReader::number);
  }

  /** A truth value. */
  public boolean flag(String name, boolean otherwise) {
    return read(
        name,
        otherwise,
        (setting, text) -> {
          require(text.equals("true") || text.equals("false"), setting, "true or false", text);
          return text.equals("true");
        });
  }

  /** One of an enumeration's words, written in lower case. */
  public <E extends Enum<E>> E choice(String name, E otherwise) {
    E[] all = otherwise.getDeclaringClass().getEnumConstants();
    return read(
        name,
        otherwise,
        (setting, text) ->
            Arrays.stream(all)
                .filter(one -> word(one).equals(text))
                .findFirst()
                .orElseThrow(
                    () -> {
                      List<String> words = Arrays.stream(all).map(SettingsReader::word).toList();
                      return new UserError(setting + " must be one of " + words + ", got " + text);
                    }));
  }

  private static String word(Enum<?> one) {
    return one.name().toLowerCase(Locale.ROOT);
  }

  /** Whole numbers by layer, {@code layer:number;layer:number}; the order counts. */
  public Map<String, Integer> wholePattern(String name, Map<String, Integer> otherwise) {
    return read(name, otherwise, (setting, text) -> pattern(setting, text, SettingsReader::whole));
  }

  /** Numbers by layer, {@code layer:number;layer:number}; the order counts. */
  public Map<String, Double> numberPattern(String name, Map<String, Double> otherwise) {
    return read(name, otherwise, (setting, text) -> pattern(setting, text, SettingsReader::number));
  }

  /**
   * Any other kind of setting.
   *
   * @param name of the setting
   * @param otherwise when it was not given
   * @param parse makes a value of the setting's whole name and its text
   */
  public <T> T read(String name, T otherwise, BiFunction<String, String, T> parse) {
    String whole = prefix + name;
    known.add(whole);
    Object value = given.get(whole);
    return value == null ? otherwise : parse.apply(whole, written(value).strip());
  }

  private static String written(Object value) {
    return value instanceof JsonNode node && node.isNumber()
        ? String.valueOf(node.numberValue())
        : String.valueOf(value);
  }

  /**
   * Refuses what was given and not asked for.
   *
   * @throws UserError with the nearest name that exists
   */
  public void requireNothingElse() {
    List<String> unknown = unknown();
    if (!unknown.isEmpty()) {
      throw new UserError("unknown setting " + Nearest.missing(unknown.get(0), known()));
    }
  }

  private static Integer whole(String setting, String text) {
    return number(setting, "a whole number", text, Integer::valueOf);
  }

  private static Double number(String setting, String text) {
    return number(setting, "a number", text, Double::valueOf);
  }

  private static <T> T number(
      String setting, String bound, String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (NumberFormatException e) {
      throw new UserError(setting + " must be " + bound + ", got " + text, e);
    }
  }

  private static <T> Map<String, T> pattern(
      String setting, String text, BiFunction<String, String, T> parse) {
    Map<String, T> pattern = new LinkedHashMap<>();
    for (String entry : text.split(";", -1)) {
      if (entry.isBlank()) {
        continue;
      }
      // A layer's name may be a regular expression with a colon of its own.
      int colon = entry.lastIndexOf(':');
      require(colon > 0, setting, "layer:number, with semicolons between", text);
      String layer = entry.substring(0, colon).strip();
      require(!pattern.containsKey(layer), setting, "without repeated layers", layer);
      pattern.put(layer, parse.apply(setting, entry.substring(colon + 1).strip()));
    }
    return Collections.unmodifiableMap(pattern);
  }
}
