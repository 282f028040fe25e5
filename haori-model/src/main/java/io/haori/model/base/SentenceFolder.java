package io.haori.model.base;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.check.Check;
import io.haori.core.json.JsonFile;
import io.haori.model.backbone.Pooling;
import io.haori.model.text.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads what sentence-transformers lays beside a model: {@code modules.json} names the steps from a
 * text to its vector, each with a folder of its own.
 *
 * <pre>{@code
 * modules.json                 [{"type": "sentence_transformers.models.Transformer", "path": ""}, …]
 * sentence_bert_config.json    {"max_seq_length": 256, "do_lower_case": false}
 * 1_Pooling/config.json        {"pooling_mode_mean_tokens": true}
 * 2_Normalize                  vectors of length 1
 * }</pre>
 */
final class SentenceFolder {
  private static final long MAX_BYTES = 10_000_000;
  private static final String MODULES = "modules.json";
  private static final String DEFAULT_POOLING = "1_Pooling";

  private static final Map<String, Pooling> MODES =
      Map.of(
          "cls", Pooling.FIRST,
          "mean", Pooling.MEAN,
          "mean_sqrt_len_tokens", Pooling.MEAN_SQRT_LEN,
          "weightedmean", Pooling.WEIGHTED_MEAN,
          "lasttoken", Pooling.LAST);

  /** The mode of a key; older folders have one key a mode. */
  private static final Map<String, String> KEYS =
      Map.of(
          "pooling_mode_cls_token", "cls",
          "pooling_mode_mean_tokens", "mean",
          "pooling_mode_max_tokens", "max",
          "pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens",
          "pooling_mode_weightedmean_tokens", "weightedmean",
          "pooling_mode_lasttoken", "lasttoken");

  private final Path folder;
  private Path transformer;
  private @Nullable Path pooling;
  private boolean normalize;

  private SentenceFolder(Path folder) {
    this.folder = folder;
    this.transformer = folder;
  }

  /**
   * A base's files and how its vectors are made.
   *
   * @param transformer folder of the model itself
   * @param settings how a text becomes one vector
   */
  record Read(Path transformer, SentenceSettings settings) {}

  /**
   * Reads a folder.
   *
   * @param folder of sentence-transformers or of transformers alone
   * @throws io.haori.core.check.UserError when a step is one that cannot be done
   */
  static Read read(Path folder) {
    SentenceFolder sentence = new SentenceFolder(folder);
    Path modules = folder.resolve(MODULES);
    if (Files.exists(modules)) {
      sentence.readModules(modules);
    } else if (Files.exists(folder.resolve(DEFAULT_POOLING).resolve("config.json"))) {
      sentence.pooling = folder.resolve(DEFAULT_POOLING);
    }
    return sentence.settings(Files.exists(modules));
  }

  private Read settings(boolean complete) {
    Path file = transformer.resolve("sentence_bert_config.json");
    ObjectNode json =
        Files.exists(file)
            ? JsonFile.readObject(file, MAX_BYTES)
            : JsonNodeFactory.instance.objectNode();
    JsonNode length = json.path("max_seq_length");
    Check.require(
        length.isMissingNode() || length.isNull() || (length.isInt() && length.intValue() >= 3),
        file + ": max_seq_length",
        "a whole number of at least 3",
        JsonFile.printable(length.toString()));
    requireNoPrompt();
    Path steps = pooling;
    // sentence-transformers takes the mean where it finds no step for it.
    Pooling mode = steps == null ? (complete ? Pooling.MEAN : Pooling.AUTO) : mode(steps);
    return new Read(
        transformer,
        new SentenceSettings(
            mode,
            normalize,
            length.isInt() ? (Integer) length.intValue() : null,
            Tokenizer.maxLengthOf(transformer),
            json.path("do_lower_case").asBoolean(false)));
  }

  private void readModules(Path file) {
    JsonNode steps = JsonFile.readArray(file, MAX_BYTES);
    for (JsonNode step : steps) {
      String type = step.path("type").asText("");
      String name = type.substring(type.lastIndexOf('.') + 1);
      Path place = place(file, step.path("path").asText(""));
      switch (name) {
        case "Transformer" -> transformer = place;
        case "Pooling" -> pooling = place;
        case "Normalize" -> normalize = true;
        default ->
            throw Check.in(
                file,
                "must have the steps Transformer, Pooling and Normalize alone, got "
                    + JsonFile.printable(type)
                    + ", which cannot be computed here; choose another base, or remove the step"
                    + " and what follows from it");
      }
    }
  }

  private Path place(Path file, String path) {
    Path place = folder.resolve(path).normalize();
    if (!place.startsWith(folder.normalize())) {
      throw Check.in(file, "must name folders beside it, got " + JsonFile.printable(path));
    }
    return place;
  }

  private static Pooling mode(Path step) {
    Path file = step.resolve("config.json");
    ObjectNode json = JsonFile.readObject(file, MAX_BYTES);
    List<String> modes = new ArrayList<>();
    JsonNode named = json.path("pooling_mode");
    if (named.isTextual()) {
      modes.add(named.textValue());
    } else {
      json.properties()
          .forEach(
              entry -> {
                String mode = KEYS.get(entry.getKey());
                if (entry.getValue().asBoolean(false)
                    && entry.getKey().startsWith("pooling_mode_")) {
                  modes.add(mode == null ? entry.getKey() : mode);
                }
              });
    }
    Pooling pooling = modes.size() == 1 ? MODES.get(modes.get(0)) : null;
    if (modes.isEmpty()) {
      return Pooling.MEAN;
    }
    if (pooling == null) {
      throw Check.in(
          file,
          "pooling must be one of cls, mean, mean_sqrt_len_tokens, weightedmean, lasttoken, got "
              + JsonFile.printable(String.join(" and ", modes))
              + "; choose another base, or change the file to mean, for which the head is fitted");
    }
    return pooling;
  }

  /** A prompt that is set before every text would change every vector. */
  private void requireNoPrompt() {
    Path file = folder.resolve("config_sentence_transformers.json");
    if (!Files.exists(file)) {
      return;
    }
    ObjectNode json = JsonFile.readObject(file, MAX_BYTES);
    JsonNode name = json.path("default_prompt_name");
    if (name.isTextual() && !json.path("prompts").path(name.textValue()).asText("").isEmpty()) {
      throw Check.in(
          file,
          "default_prompt_name must be null: no prompt is set before texts here, got "
              + JsonFile.printable(name.textValue())
              + "; set it to null, and write the prompt into the texts where it is wanted");
    }
  }
}
