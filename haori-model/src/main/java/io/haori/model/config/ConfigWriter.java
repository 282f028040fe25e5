package io.haori.model.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.files.AtomicFiles;
import java.nio.file.Path;

/** Writes {@code config.json} so that Hugging Face's libraries build the same encoder. */
public final class ConfigWriter {
  private ConfigWriter() {}

  /**
   * Writes the file.
   *
   * @param file where it shall stand
   * @param config the encoder's shape
   * @param architecture the class of transformers that the weights belong to, for example {@code
   *     BertModel}
   */
  public static void write(Path file, BertConfig config, String architecture) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add(architecture);
    json.put("model_type", config.modelType());
    json.put("hidden_size", config.hiddenSize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", config.heads());
    json.put("intermediate_size", config.intermediateSize());
    json.put("vocab_size", config.vocabularySize());
    json.put("max_position_embeddings", config.maxPositions());
    json.put("type_vocab_size", config.typeVocabularySize());
    json.put("layer_norm_eps", config.layerNormEpsilon());
    json.put("hidden_act", config.activation());
    json.put("pad_token_id", config.padTokenId());
    if (config.problemType() != null) {
      json.put("problem_type", config.problemType());
    }
    if (!config.labels().isEmpty()) {
      ObjectNode names = json.putObject("id2label");
      ObjectNode ids = json.putObject("label2id");
      for (int id = 0; id < config.labels().size(); id++) {
        names.put(String.valueOf(id), config.labels().get(id));
        ids.put(config.labels().get(id), id);
      }
    }
    json.put("torch_dtype", "float32");
    AtomicFiles.writeText(file, json.toPrettyString() + "\n");
  }
}
