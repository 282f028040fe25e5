package io.haori.model.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import io.haori.model.text.japanese.JapaneseSplitting;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a folder says of its tokenizer beside the vocabulary: {@code tokenizer_config.json}, and
 * where that has no {@code added_tokens_decoder}, {@code special_tokens_map.json} and {@code
 * added_tokens.json} of older libraries.
 */
final class TokenizerConfig {
  /** Names of the tokens with a task, in the order in which the library adds them. */
  static final List<String> ROLES =
      List.of(
          "bos_token",
          "eos_token",
          "unk_token",
          "sep_token",
          "pad_token",
          "cls_token",
          "mask_token");

  private static final long MAX_BYTES = 50_000_000;
  private static final String CONFIG = "tokenizer_config.json";
  private static final String MAP = "special_tokens_map.json";
  private static final String ADDED = "added_tokens.json";
  private static final String MODEL = "config.json";
  private static final String TEMPLATE = "chat_template.jinja";
  private static final String DECODER = "added_tokens_decoder";
  private static final String EXTRA = "extra_special_tokens";
  private static final String ADDITIONAL = "additional_special_tokens";

  private final Path file;
  private final ObjectNode json;
  private final Path mapFile;
  private final ObjectNode map;
  private final Path addedFile;
  private final ObjectNode added;
  private final Path modelFile;
  private final ObjectNode model;

  private TokenizerConfig(
      Path folder, ObjectNode json, ObjectNode map, ObjectNode added, ObjectNode model) {
    file = folder.resolve(CONFIG);
    mapFile = folder.resolve(MAP);
    addedFile = folder.resolve(ADDED);
    modelFile = folder.resolve(MODEL);
    this.json = json;
    this.map = map;
    this.added = added;
    this.model = model;
  }

  /** A folder that says nothing. */
  static TokenizerConfig none(Path folder) {
    return new TokenizerConfig(folder, empty(), empty(), empty(), empty());
  }

  /**
   * Reads a folder.
   *
   * @param folder may lack any of the files
   * @throws UserError when one cannot be read, or asks for what cannot be done
   */
  static TokenizerConfig read(Path folder) {
    ObjectNode json = object(folder.resolve(CONFIG));
    boolean complete = json.has(DECODER);
    var config =
        new TokenizerConfig(
            folder,
            json,
            complete ? empty() : object(folder.resolve(MAP)),
            complete ? empty() : object(folder.resolve(ADDED)),
            object(folder.resolve(MODEL)));
    config.requireOrdinary();
    return config;
  }

  /** What the folder's class makes of its files; null where the folder does not say. */
  @Nullable TokenizerClass kind() {
    JsonNode name = className();
    if (name.isTextual()) {
      Path where = json.path("tokenizer_class").isTextual() ? file : modelFile;
      if (name.textValue().equals(JapaneseSplitting.CLASS)) {
        return TokenizerClass.JAPANESE;
      }
      String splitter = json.path("word_tokenizer_type").asText("");
      String detail = splitter.isEmpty() ? "" : " with word_tokenizer_type " + splitter;
      return TokenizerClass.of(
          where + ": tokenizer_class",
          JsonFile.printable(name.textValue()),
          JsonFile.printable(detail));
    }
    if (json.has("word_tokenizer_type")) {
      // Early folders of Japanese bases name no class.
      return TokenizerClass.JAPANESE;
    }
    return switch (model.path("model_type").asText("")) {
      case "bert" -> TokenizerClass.BERT;
      case "roberta" -> TokenizerClass.ROBERTA;
      default -> null;
    };
  }

  /** Whether the base distinguishes the second text of a pair from the first. */
  boolean tellsTextsApart() {
    JsonNode inputs = json.path("model_input_names");
    if (inputs.isArray()) {
      for (JsonNode input : inputs) {
        if (input.asText().equals("token_type_ids")) {
          return true;
        }
      }
      return false;
    }
    JsonNode name = className();
    return !name.isTextual()
        || TokenizerClass.JAPANESE.has(name.textValue())
        || (TokenizerClass.BERT.has(name.textValue())
            && !name.textValue().startsWith("DistilBert"));
  }

  private JsonNode className() {
    JsonNode name = json.path("tokenizer_class");
    return name.isTextual() ? name : model.path("tokenizer_class");
  }

  /** How a Japanese base cuts texts before its vocabulary does. */
  JapaneseSplitting japanese() {
    return JapaneseSplitting.read(file, json);
  }

  /** The content of the file, which other libraries read again beside a copy of the vocabulary. */
  ObjectNode json() {
    return json.deepCopy();
  }

  /** A setting that is true or false. */
  boolean truth(String key, boolean otherwise) {
    JsonNode value = json.path(key);
    require(
        value.isMissingNode() || value.isBoolean(),
        key + " must be true or false, got " + JsonFile.printable(value.toString()));
    return value.asBoolean(otherwise);
  }

  /** A setting that is true, false, or left to the tokenizer: null. */
  @Nullable Boolean choice(String key) {
    return json.hasNonNull(key) ? (Boolean) truth(key, false) : null;
  }

  /**
   * How conversations are written: {@code chat_template.jinja}, else the {@code chat_template} of
   * the configuration, of several the one named {@code default}; null where there is none.
   */
  @Nullable String chatTemplate() {
    Path own = file.resolveSibling(TEMPLATE);
    if (Files.exists(own)) {
      return text(own);
    }
    JsonNode given = json.path("chat_template");
    if (given.isTextual()) {
      return given.textValue();
    }
    for (JsonNode one : given) {
      if (one.path("name").asText().equals("default") && one.path("template").isTextual()) {
        return one.path("template").textValue();
      }
    }
    require(
        given.isMissingNode() || given.isNull(),
        "chat_template must be a text, or a list with one named default");
    return null;
  }

  /** Whether a text that is too long loses its beginning. */
  boolean cutsLeft(JsonNode truncation) {
    String otherwise = truncation.path("direction").asText("right");
    String side = json.path("truncation_side").asText(otherwise);
    boolean known = side.equalsIgnoreCase("left") || side.equalsIgnoreCase("right");
    require(known, "truncation_side must be left or right, got " + JsonFile.printable(side));
    return side.equalsIgnoreCase("left");
  }

  /** Tokens of a text at most, as the base was trained; null where the folder does not say. */
  @Nullable Integer maxLength() {
    JsonNode length =
        json.has("model_max_length") ? json.get("model_max_length") : json.path("max_len");
    if (!length.isNumber() || length.doubleValue() > Integer.MAX_VALUE) {
      return null;
    }
    require(length.intValue() >= 1, "model_max_length must be at least 1, got " + length);
    return length.intValue();
  }

  /**
   * Tokens with a task, by the name of the task.
   *
   * @param defaults those that the class has where the folder names none
   */
  Map<String, AddedToken> named(Map<String, String> defaults) {
    Map<String, AddedToken> named = new LinkedHashMap<>();
    for (String role : ROLES) {
      String otherwise = defaults.get(role);
      if (map.has(role)) {
        putNamed(named, mapFile, role, map.get(role));
      } else if (json.has(role)) {
        putNamed(named, file, role, json.get(role));
      } else if (otherwise != null) {
        named.put(role, AddedToken.special(otherwise));
      }
    }
    putOwn(named, file, json);
    putOwn(named, mapFile, map);
    return named;
  }

  /** Names that only this base has, as the library finds them. */
  private static void putOwn(Map<String, AddedToken> named, Path file, ObjectNode json) {
    json.properties()
        .forEach(
            entry -> {
              boolean token = entry.getKey().endsWith("_token") && !ROLES.contains(entry.getKey());
              if (token && (entry.getValue().isTextual() || entry.getValue().has("content"))) {
                putNamed(named, file, entry.getKey(), entry.getValue());
              }
            });
    JsonNode extra = json.path(EXTRA);
    if (extra.isObject()) {
      extra.properties().forEach(e -> putNamed(named, file, e.getKey(), e.getValue()));
    }
  }

  private static void putNamed(
      Map<String, AddedToken> named, Path file, String role, JsonNode value) {
    if (!value.isNull()) {
      named.put(role, AddedToken.read(file + ": " + role, value, true).asSpecial());
    }
  }

  /** Special tokens without a task. */
  List<AddedToken> extra() {
    return extra(true);
  }

  private List<AddedToken> extra(boolean oldNameInMap) {
    List<AddedToken> extra = new ArrayList<>();
    boolean own = json.path(EXTRA).size() > 0;
    collect(extra, file, json, own ? EXTRA : ADDITIONAL);
    collect(extra, mapFile, map, EXTRA);
    if (oldNameInMap && !json.has(EXTRA) && !json.has(ADDITIONAL)) {
      collect(extra, mapFile, map, ADDITIONAL);
    }
    return extra;
  }

  private static void collect(List<AddedToken> into, Path file, ObjectNode json, String key) {
    if (json.path(key).isArray()) {
      json.get(key).forEach(token -> into.add(AddedToken.read(file + ": " + key, token, true)));
    }
  }

  /**
   * Further tokens by their ids.
   *
   * @param ofFile {@code added_tokens} of the {@code tokenizer.json}, which count where {@code
   *     tokenizer_config.json} has none
   */
  Map<Integer, AddedToken> decoder(JsonNode ofFile) {
    Map<Integer, AddedToken> decoder = new TreeMap<>();
    if (json.has(DECODER)) {
      json.path(DECODER)
          .properties()
          .forEach(
              entry ->
                  decoder.put(
                      id(file, entry.getKey()),
                      AddedToken.read(file + ": " + DECODER, entry.getValue(), false)));
      return decoder;
    }
    // The library does not look at the old name of the list here.
    List<String> special = new ArrayList<>();
    named(Map.of()).values().forEach(token -> special.add(token.content()));
    extra(false).forEach(token -> special.add(token.content()));
    added
        .properties()
        .forEach(
            entry -> {
              boolean isSpecial = special.contains(entry.getKey());
              decoder.put(
                  id(addedFile, entry.getValue().asText()),
                  new AddedToken(entry.getKey(), false, false, false, !isSpecial, isSpecial));
            });
    for (JsonNode token : ofFile) {
      decoder.put(token.path("id").asInt(), AddedToken.read("added_tokens", token, false));
    }
    return decoder;
  }

  private static int id(Path file, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      String got = JsonFile.printable(text);
      throw new UserError(file + ": ids of added tokens must be whole numbers, got " + got, e);
    }
  }

  /** Refuses what would split texts in a way that is not known here. */
  private void requireOrdinary() {
    require(
        !json.path("auto_map").has("AutoTokenizer"),
        "auto_map must not have an AutoTokenizer: a base's own program is not run; save its"
            + " tokenizer as a tokenizer.json with the tokenizer_class PreTrainedTokenizerFast");
    require(
        !json.path("split_special_tokens").asBoolean(false),
        "split_special_tokens must be false, got true");
    for (JsonNode versioned : json.path("fast_tokenizer_files")) {
      require(
          versioned.asText().equals("tokenizer.json"),
          "fast_tokenizer_files must name tokenizer.json alone, got "
              + JsonFile.printable(versioned.asText()));
    }
  }

  private static String text(Path file) {
    try (Reader reader = JsonFile.strictReader(Files.newInputStream(file))) {
      long bytes = Files.size(file);
      if (bytes > MAX_BYTES) {
        throw new UserError(file + ": must be at most " + MAX_BYTES + " bytes long, is " + bytes);
      }
      StringWriter text = new StringWriter();
      reader.transferTo(text);
      return text.toString();
    } catch (IOException e) {
      throw JsonFile.refused(file, "", e);
    }
  }

  private void require(boolean allowed, String what) {
    if (!allowed) {
      throw new UserError(file + ": " + what);
    }
  }

  private static ObjectNode object(Path file) {
    return Files.exists(file) ? JsonFile.readObject(file, MAX_BYTES) : empty();
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }
}
