package io.haori.model.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.files.AtomicFiles;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes {@code config.json} so that Hugging Face's libraries build the same model. */
public final class ConfigWriter {
  private ConfigWriter() {}

  /**
   * Writes the file for a base as it is.
   *
   * @param file its place
   * @param config the base's shape
   * @param architecture the class of transformers that the weights belong to, for example {@code
   *     BertModel}
   */
  public static void write(Path file, ModelConfig config, String architecture) {
    write(file, config, architecture, config.problemType(), config.labels());
  }

  /**
   * Writes the file for a base with a head of another task.
   *
   * @param file its place
   * @param config the base's shape
   * @param architecture the class of transformers that the weights belong to
   * @param problemType one of {@link ModelConfig#PROBLEM_TYPES}, or null
   * @param labels names of the classes in the order of the head's outputs; may be empty
   */
  public static void write(
      Path file,
      ModelConfig config,
      String architecture,
      @Nullable String problemType,
      List<String> labels) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add(architecture);
    json.put("model_type", config.modelType());
    config.write(json);
    if (problemType != null) {
      json.put("problem_type", problemType);
    }
    if (!labels.isEmpty()) {
      ObjectNode names = json.putObject("id2label");
      ObjectNode ids = json.putObject("label2id");
      for (int id = 0; id < labels.size(); id++) {
        names.put(String.valueOf(id), labels.get(id));
        ids.put(labels.get(id), id);
      }
    }
    json.put("torch_dtype", "float32");
    AtomicFiles.writeText(file, json.toPrettyString() + "\n");
  }
}
