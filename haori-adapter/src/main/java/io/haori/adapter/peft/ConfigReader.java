package io.haori.adapter.peft;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.adapter.lora.LoraConfig;
import io.haori.adapter.spi.Targets;
import io.haori.core.check.UserError;
import io.haori.core.json.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code adapter_config.json}. A key that is not understood is ignored when it is unset
 * (null, false or empty) and refused by name otherwise: it may change the arithmetic.
 */
final class ConfigReader {
  private static final long MAX_BYTES = 10_000_000;

  /** Longer ones could overflow the stack when compiled. */
  private static final int LONGEST_NAME = 1_000;

  /** Keys that are read. */
  private static final Set<String> READ =
      Set.of(
          "peft_type",
          "r",
          "lora_alpha",
          "lora_dropout",
          "target_modules",
          "exclude_modules",
          "modules_to_save",
          "layers_to_transform",
          "layers_pattern",
          "rank_pattern",
          "alpha_pattern",
          "use_rslora",
          "use_dora",
          "bias",
          "init_lora_weights",
          "base_model_name_or_path",
          "revision",
          "task_type",
          "inference_mode",
          "peft_version");

  /**
   * Keys without an effect on a trained adapter whose other keys are understood: {@code
   * qalora_group_size} belongs to {@code use_qalora}, the {@code …_config} to starting values, and
   * {@code fan_in_fan_out} says how the base stores its matrices, which the base knows better: PEFT
   * itself sets it right by the class of each layer.
   */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "auto_mapping",
          "fan_in_fan_out",
          "megatron_core",
          "qalora_group_size",
          "runtime_config",
          "eva_config",
          "loftq_config",
          "corda_config",
          "lora_ga_config");

  /** Starting values that leave the base as it is; the others replace its weights. */
  private static final Set<String> STARTS = Set.of("gaussian", "orthogonal", "eva");

  private final ObjectNode json;

  private ConfigReader(ObjectNode json) {
    this.json = json;
  }

  /**
   * Reads a configuration.
   *
   * @param file {@code adapter_config.json}
   * @throws UserError in one sentence that begins with the file's name
   */
  static AdapterConfig read(Path file) {
    ObjectNode json = JsonFile.readObject(file, MAX_BYTES);
    try {
      return new ConfigReader(json).read();
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  private AdapterConfig read() {
    String type = text("peft_type");
    require("LORA".equals(type), "peft_type", "LORA", given("peft_type"));
    refuseWhatIsNotUnderstood();
    boolean dora = flag("use_dora", false);
    PeftForm form =
        PeftForm.ALL.stream()
            .filter(candidate -> candidate.usesDora() == dora)
            .findFirst()
            .orElseThrow(() -> new UserError("use_dora " + dora + " is not supported here"));
    PeftTargets targets = targets();
    LoraConfig lora =
        new LoraConfig(
            json.has("r") ? rank("r", json.path("r")) : 8,
            json.has("lora_alpha") ? alpha("lora_alpha", json.path("lora_alpha")) : 8.0,
            dropout(),
            flag("use_rslora", false),
            1.0,
            targets.targets(),
            pattern("rank_pattern", ConfigReader::rank),
            pattern("alpha_pattern", ConfigReader::alpha));
    return new AdapterConfig(
        form,
        lora,
        targets,
        new PeftSettings(
            "",
            text("task_type"),
            text("base_model_name_or_path"),
            text("revision"),
            flag("inference_mode", false),
            text("peft_version"),
            targets.modulesToSave()));
  }

  private void refuseWhatIsNotUnderstood() {
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String key = entry.getKey();
      boolean known = READ.contains(key) || WITHOUT_EFFECT.contains(key);
      if (!known && !isUnset(entry.getValue())) {
        throw new UserError(JsonFile.printable(key) + " is not supported here, got " + given(key));
      }
    }
    JsonNode bias = json.path("bias");
    boolean none = isUnset(bias) || bias.asText().equals("none");
    require(none, "bias", "none, others are not supported here", given("bias"));
    JsonNode start = json.path("init_lora_weights");
    require(
        isUnset(start)
            || start.isBoolean()
            || (start.isTextual() && STARTS.contains(start.textValue())),
        "init_lora_weights",
        "true, false or one of " + STARTS.stream().sorted().toList() + ", others change the base",
        given("init_lora_weights"));
  }

  private PeftTargets targets() {
    Targets targets = names("target_modules");
    if (targets == null) {
      throw new UserError(
          "target_modules must be a list of names, a regular expression or all-linear, got "
              + given("target_modules"));
    }
    List<Integer> layers = layers();
    List<String> patterns = texts("layers_pattern");
    require(
        layers.isEmpty() || !targets.suffixes().isEmpty(),
        "layers_to_transform",
        "unset unless target_modules is a list",
        given("layers_to_transform"));
    require(
        patterns.isEmpty() || !layers.isEmpty(),
        "layers_pattern",
        "unset unless layers_to_transform is set",
        given("layers_pattern"));
    return new PeftTargets(
        targets, names("exclude_modules"), layers, patterns, texts("modules_to_save"));
  }

  /** A list of names, a regular expression, or for targets the word for all. */
  private @Nullable Targets names(String key) {
    JsonNode node = json.path(key);
    if (isUnset(node)) {
      return null;
    }
    if (!node.isTextual()) {
      return Targets.named(texts(key));
    }
    String text = limited(key, node.textValue());
    boolean all = key.equals("target_modules") && text.equalsIgnoreCase(Targets.ALL_LINEAR);
    return all ? Targets.all() : Targets.matching(text);
  }

  private List<Integer> layers() {
    String key = "layers_to_transform";
    JsonNode node = json.path(key);
    if (isUnset(node)) {
      return List.of();
    }
    List<Integer> layers = new ArrayList<>();
    for (JsonNode layer : node.isArray() ? node : List.of(node)) {
      boolean whole = layer.isIntegralNumber() && layer.canConvertToInt() && layer.intValue() >= 0;
      require(whole, key, "a number of a layer or a list of them", given(key));
      layers.add(layer.intValue());
    }
    return layers;
  }

  private double dropout() {
    JsonNode node = json.path("lora_dropout");
    if (node.isMissingNode()) {
      return 0;
    }
    double value = node.isNumber() ? node.doubleValue() : Double.NaN;
    require(value >= 0 && value < 1, "lora_dropout", "a number in [0, 1)", given(node));
    return value;
  }

  private static Integer rank(String key, JsonNode node) {
    boolean whole = node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= 1;
    require(whole, key, "a whole number of at least 1", given(node));
    return node.intValue();
  }

  private static Double alpha(String key, JsonNode node) {
    double value = node.isNumber() ? node.doubleValue() : Double.NaN;
    require(value > 0 && value <= Double.MAX_VALUE, key, "a number above 0", given(node));
    return value;
  }

  /** In the file's order, which counts. */
  private <T> Map<String, T> pattern(String key, BiFunction<String, JsonNode, T> value) {
    JsonNode node = json.path(key);
    if (isUnset(node)) {
      return Map.of();
    }
    require(node.isObject(), key, "an object", given(node));
    Map<String, T> pattern = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String layer = limited(key, entry.getKey());
      String place = key + " of " + JsonFile.printable(layer);
      pattern.put(layer, value.apply(place, entry.getValue()));
    }
    return pattern;
  }

  private @Nullable String text(String key) {
    JsonNode node = json.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    require(node.isTextual(), key, "a string or null", given(node));
    return node.textValue();
  }

  /** A string means a list of one. */
  private List<String> texts(String key) {
    JsonNode node = json.path(key);
    if (isUnset(node)) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode text : node.isArray() ? node : List.of(node)) {
      require(text.isTextual(), key, "strings", given(node));
      texts.add(limited(key, text.textValue()));
    }
    return texts;
  }

  private boolean flag(String key, boolean otherwise) {
    JsonNode node = json.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return otherwise;
    }
    require(node.isBoolean(), key, "true or false", given(node));
    return node.booleanValue();
  }

  private static String limited(String key, String text) {
    String bound = "names of at most " + LONGEST_NAME + " characters";
    require(text.length() <= LONGEST_NAME, key, bound, text.length());
    boolean printable = text.chars().noneMatch(Character::isISOControl);
    require(printable, key, "names of printable characters", JsonFile.printable(text));
    return text;
  }

  private static boolean isUnset(JsonNode node) {
    return node.isMissingNode()
        || node.isNull()
        || (node.isBoolean() && !node.booleanValue())
        || (node.isTextual() && node.textValue().isEmpty())
        || (node.isContainerNode() && node.isEmpty());
  }

  private String given(String key) {
    return given(json.path(key));
  }

  private static String given(JsonNode node) {
    return node.isMissingNode() ? "nothing" : JsonFile.printable(node.toString());
  }
}
