package io.haori.model.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.files.AtomicFiles;
import java.nio.file.Path;

/** Writes {@code config.json} so that Hugging Face's libraries build the same model. */
public final class ConfigWriter {
  private ConfigWriter() {}

  /**
   * Writes the file.
   *
   * @param file its place
   * @param config the base's shape
   * @param architecture the class of transformers that the weights belong to, for example {@code
   *     BertModel}
   */
  public static void write(Path file, ModelConfig config, String architecture) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add(architecture);
    json.put("model_type", config.modelType());
    config.write(json);
    json.put("torch_dtype", "float32");
    AtomicFiles.writeText(file, json.toPrettyString() + "\n");
  }
}
