package io.haori.model.config;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open {@code config.json}: reads its keys, refusing by name what has the wrong type. The errors
 * lack the file's name, which {@link io.haori.model.catalogue.FamilyCatalogue} puts before them.
 */
public final class ConfigJson {
  private static final long MAX_BYTES = 10_000_000;

  /** The largest size that a base may say it has. */
  private static final int MOST = 1 << 24;

  private static final String END_TOKENS = "eos_token_id";

  private final ObjectNode json;
  private final Path file;

  private ConfigJson(ObjectNode json, Path file) {
    this.json = json;
    this.file = file;
  }

  /**
   * Opens a file.
   *
   * @param file a {@code config.json}
   * @throws UserError when it is missing or no JSON object
   */
  public static ConfigJson open(Path file) {
    return new ConfigJson(JsonFile.readObject(file, MAX_BYTES), file);
  }

  /**
   * What another file says in the same words.
   *
   * @param json its content
   * @param file that it is from
   */
  public static ConfigJson of(ObjectNode json, Path file) {
    return new ConfigJson(json, file);
  }

  /**
   * A part of the file that is an object itself.
   *
   * @param key its key
   * @return null when the key is missing or null
   */
  public @Nullable ConfigJson object(String key) {
    JsonNode node = json.path(key);
    if (isAbsent(node)) {
      return null;
    }
    require(node.isObject(), key, "an object", given(node));
    return new ConfigJson((ObjectNode) node, file);
  }

  /**
   * A whole number.
   *
   * @param key its key
   * @param otherwise what a missing key means; null when it must be there
   */
  public int number(String key, @Nullable Integer otherwise) {
    JsonNode node = json.path(key);
    if (isAbsent(node) && otherwise != null) {
      return otherwise;
    }
    boolean whole = node.isIntegralNumber() && node.canConvertToInt();
    require(whole, key, "a whole number", given(node));
    return node.intValue();
  }

  /**
   * A number.
   *
   * @param key its key
   * @param otherwise what a missing key means
   */
  public double real(String key, double otherwise) {
    JsonNode node = json.path(key);
    if (node.isMissingNode()) {
      return otherwise;
    }
    require(node.isNumber(), key, "a number", given(node));
    return node.doubleValue();
  }

  /**
   * A string.
   *
   * @param key its key
   * @param otherwise what a missing key means; null when it must be there
   */
  public String text(String key, @Nullable String otherwise) {
    JsonNode node = json.path(key);
    if (isAbsent(node) && otherwise != null) {
      return otherwise;
    }
    require(node.isTextual(), key, "a string", given(node));
    return JsonFile.printable(node.textValue());
  }

  /**
   * Refuses a key that must not be there.
   *
   * @param key its key
   * @param bound what the user may do, behind "must be"
   */
  public void requireAbsent(String key, String bound) {
    JsonNode node = json.path(key);
    require(isAbsent(node), key, bound, given(node));
  }

  /**
   * A string that may be missing.
   *
   * @param key its key
   * @return null when the key is missing or null
   */
  public @Nullable String textOrNull(String key) {
    return isAbsent(json.path(key)) ? null : text(key, null);
  }

  /**
   * Strings.
   *
   * @param key its key
   * @return null when the key is missing or null
   */
  public @Nullable List<String> texts(String key) {
    JsonNode node = json.path(key);
    if (isAbsent(node)) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode one : node) {
      require(one.isTextual(), key, "an array of strings", given(node));
      texts.add(one.textValue());
    }
    require(node.isArray(), key, "an array of strings", given(node));
    return texts;
  }

  /**
   * Whole numbers, or one.
   *
   * @param key its key
   * @return empty when the key is missing or null
   */
  public List<Integer> numbers(String key) {
    JsonNode node = json.path(key);
    if (isAbsent(node)) {
      return List.of();
    }
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode one : node.isArray() ? node : List.of(node)) {
      boolean whole = one.isIntegralNumber() && one.canConvertToInt();
      require(whole, key, "a whole number or an array of them", given(node));
      numbers.add(one.intValue());
    }
    return numbers;
  }

  /**
   * Ids that end what a decoder writes: those of {@code generation_config.json} beside this file,
   * which counts where a text is written, else of this file.
   */
  public List<Integer> endTokens() {
    Path generation = file.resolveSibling("generation_config.json");
    List<Integer> ids = Files.exists(generation) ? open(generation).numbers(END_TOKENS) : List.of();
    return ids.isEmpty() ? numbers(END_TOKENS) : ids;
  }

  /** Whether a key is there with the value null. */
  public boolean isNull(String key) {
    return json.path(key).isNull();
  }

  /**
   * A switch.
   *
   * @param key its key
   * @param otherwise what a missing key means
   */
  public boolean flag(String key, boolean otherwise) {
    JsonNode node = json.path(key);
    if (isAbsent(node)) {
      return otherwise;
    }
    require(node.isBoolean(), key, "true or false", given(node));
    return node.booleanValue();
  }

  /**
   * Refuses a switch that would change the arithmetic.
   *
   * @param key must be missing, null or false
   */
  public void requireUnset(String key) {
    JsonNode node = json.path(key);
    boolean unset = isAbsent(node) || (node.isBoolean() && !node.booleanValue());
    require(unset, key, "false", given(node));
  }

  /** Names of the classes by {@code id2label}, empty when the file has none. */
  public List<String> labels() {
    JsonNode names = json.path("id2label");
    if (isAbsent(names)) {
      return List.of();
    }
    require(names.isObject(), "id2label", "an object of names", given(names));
    List<String> labels = new ArrayList<>();
    for (int id = 0; id < names.size(); id++) {
      JsonNode name = names.path(String.valueOf(id));
      String bound = "an object with the keys 0 to " + (names.size() - 1) + " and strings";
      require(name.isTextual(), "id2label", bound, given(names));
      labels.add(name.textValue());
    }
    return labels;
  }

  /**
   * Refuses a size that no base has.
   *
   * @param key its key
   * @param value what the file says
   */
  public static void requireCount(String key, int value) {
    require(value >= 1 && value <= MOST, key, "from 1 to " + MOST, value);
  }

  /**
   * Refuses a problem type that nobody knows.
   *
   * @param problemType what the file says; null when it says nothing
   */
  public static void requireProblemType(@Nullable String problemType) {
    require(
        problemType == null || ModelConfig.PROBLEM_TYPES.contains(problemType),
        "problem_type",
        "one of " + ModelConfig.PROBLEM_TYPES,
        String.valueOf(problemType));
  }

  private static boolean isAbsent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static String given(JsonNode node) {
    return node.isMissingNode() ? "nothing" : JsonFile.printable(node.toString());
  }
}
