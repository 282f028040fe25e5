package io.haori.model.family.llama;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.files.AtomicFiles;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A Llama that knows nothing yet, as a Hugging Face folder: matrices are drawn from a normal
 * distribution of the deviation 0.02, those behind attention and feed-forward of {@code 0.02 / √(2
 * layers)} (Radford et al. 2019, section 2.3), norms are 1. The head is the word table.
 *
 * @param vocabulary tokens; at least 1
 * @param hidden width of the states; a multiple of {@code heads}
 * @param layers at least 1
 * @param heads of attention, each with keys and values of its own
 * @param intermediate width inside the feed-forward part
 * @param positions tokens of a text at most
 */
public record NewLlama(
    int vocabulary, int hidden, int layers, int heads, int intermediate, int positions) {
  private static final double DEVIATION = 0.02;

  /** Checks the bounds. */
  public NewLlama {
    require(layers >= 1, "layers", "at least 1", layers);
    require(
        heads >= 1 && hidden % heads == 0 && hidden / heads % 2 == 0,
        "hidden size",
        "an even multiple of the heads " + heads,
        hidden);
  }

  /** Numbers of all weights. */
  public long parameters() {
    long layer = 4L * hidden * hidden + 3L * hidden * intermediate + 2L * hidden;
    return (long) vocabulary * hidden + layers * layer + hidden;
  }

  /**
   * Writes {@code config.json} and {@code model.safetensors}.
   *
   * @param folder exists
   * @param beginId token that begins a text
   * @param endId token that ends one
   * @param padId token that fills up
   * @param seed where the draws begin
   */
  public void write(Path folder, int beginId, int endId, int padId, long seed) {
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      SplittableRandom random = new SplittableRandom(seed);
      double narrow = DEVIATION / Math.sqrt(2.0 * layers);
      tensors.put("model.embed_tokens.weight", drawn(random, DEVIATION, vocabulary, hidden));
      for (int layer = 0; layer < layers; layer++) {
        String name = "model.layers." + layer + ".";
        for (String part : new String[] {"q_proj", "k_proj", "v_proj"}) {
          tensors.put(
              name + "self_attn." + part + ".weight", drawn(random, DEVIATION, hidden, hidden));
        }
        tensors.put(name + "self_attn.o_proj.weight", drawn(random, narrow, hidden, hidden));
        for (String part : new String[] {"gate_proj", "up_proj"}) {
          tensors.put(
              name + "mlp." + part + ".weight", drawn(random, DEVIATION, intermediate, hidden));
        }
        tensors.put(name + "mlp.down_proj.weight", drawn(random, narrow, hidden, intermediate));
        tensors.put(name + "input_layernorm.weight", ones());
        tensors.put(name + "post_attention_layernorm.weight", ones());
      }
      tensors.put("model.norm.weight", ones());
      SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
    }
    AtomicFiles.writeText(
        folder.resolve("config.json"), config(beginId, endId, padId).toPrettyString() + "\n");
  }

  private ObjectNode config(int beginId, int endId, int padId) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add("LlamaForCausalLM");
    return json.put("model_type", "llama")
        .put("vocab_size", vocabulary)
        .put("hidden_size", hidden)
        .put("num_hidden_layers", layers)
        .put("num_attention_heads", heads)
        .put("num_key_value_heads", heads)
        .put("intermediate_size", intermediate)
        .put("max_position_embeddings", positions)
        .put("hidden_act", "silu")
        .put("rms_norm_eps", 1e-5)
        .put("rope_theta", 10000.0)
        .put("tie_word_embeddings", true)
        .put("attention_bias", false)
        .put("mlp_bias", false)
        .put("bos_token_id", beginId)
        .put("eos_token_id", endId)
        .put("pad_token_id", padId)
        .put("torch_dtype", "float32");
  }

  private static Tensor drawn(SplittableRandom random, double deviation, long rows, long columns) {
    float[] values = new float[Math.toIntExact(rows * columns)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return Tensors.of(values, rows, columns);
  }

  private Tensor ones() {
    float[] values = new float[hidden];
    Arrays.fill(values, 1);
    return Tensors.of(values, hidden);
  }
}
