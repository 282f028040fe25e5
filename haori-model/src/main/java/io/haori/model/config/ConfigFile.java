package io.haori.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.check.Check;
import io.haori.check.UserError;
import io.haori.model.json.JsonFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code config.json}, refusing by name what would change the arithmetic. */
final class ConfigFile {
  private static final long MAX_BYTES = 10_000_000;

  private final Path file;
  private final ObjectNode json;

  ConfigFile(Path file) {
    this.file = file;
    this.json = JsonFile.readObject(file, MAX_BYTES);
  }

  BertConfig read() {
    try {
      // The model type first: the other keys of an unknown type mean nothing here.
      String modelType = text("model_type", null);
      Check.require(
          BertConfig.MODEL_TYPES.contains(modelType),
          "model_type",
          "one of " + BertConfig.MODEL_TYPES,
          modelType);
      Check.require(
          text("position_embedding_type", "absolute").equals("absolute"),
          "position_embedding_type",
          "absolute",
          text("position_embedding_type", "absolute"));
      requireUnset("is_decoder");
      requireUnset("add_cross_attention");
      JsonNode problem = json.path("problem_type");
      return new BertConfig(
          modelType,
          number("hidden_size", null),
          number("num_hidden_layers", null),
          number("num_attention_heads", null),
          number("intermediate_size", null),
          number("vocab_size", null),
          number("max_position_embeddings", null),
          number("type_vocab_size", modelType.equals("roberta") ? 1 : 2),
          epsilon(),
          text("hidden_act", "gelu"),
          number("pad_token_id", modelType.equals("roberta") ? 1 : 0),
          problem.isMissingNode() || problem.isNull() ? null : text("problem_type", null),
          labels());
    } catch (UserError e) {
      throw new UserError(file + ": " + e.getMessage(), e);
    }
  }

  private int number(String key, @Nullable Integer otherwise) {
    JsonNode node = json.path(key);
    if ((node.isMissingNode() || node.isNull()) && otherwise != null) {
      return otherwise;
    }
    boolean whole = node.isIntegralNumber() && node.canConvertToInt();
    Check.require(whole, key, "a whole number", given(node));
    return node.intValue();
  }

  private double epsilon() {
    JsonNode node = json.path("layer_norm_eps");
    if (node.isMissingNode()) {
      return 1e-12;
    }
    Check.require(node.isNumber(), "layer_norm_eps", "a number", given(node));
    return node.doubleValue();
  }

  private String text(String key, @Nullable String otherwise) {
    JsonNode node = json.path(key);
    if ((node.isMissingNode() || node.isNull()) && otherwise != null) {
      return otherwise;
    }
    Check.require(node.isTextual(), key, "a string", given(node));
    return JsonFile.printable(node.textValue());
  }

  private void requireUnset(String key) {
    JsonNode node = json.path(key);
    boolean unset =
        node.isMissingNode() || node.isNull() || (node.isBoolean() && !node.booleanValue());
    Check.require(unset, key, "false", given(node));
  }

  private List<String> labels() {
    JsonNode names = json.path("id2label");
    if (names.isMissingNode() || names.isNull()) {
      return List.of();
    }
    Check.require(names.isObject(), "id2label", "an object of names", given(names));
    List<String> labels = new ArrayList<>();
    for (int id = 0; id < names.size(); id++) {
      JsonNode name = names.path(String.valueOf(id));
      String bound = "an object with the keys 0 to " + (names.size() - 1) + " and strings";
      Check.require(name.isTextual(), "id2label", bound, given(names));
      labels.add(name.textValue());
    }
    return labels;
  }

  private static String given(JsonNode node) {
    return node.isMissingNode() ? "nothing" : JsonFile.printable(node.toString());
  }
}
