package io.haori.model.family.vit;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.files.AtomicFiles;
import io.haori.model.config.PictureShape;
import io.haori.model.image.Preprocessing;
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
 * A vision transformer that knows nothing yet, as a Hugging Face folder: matrices are drawn from a
 * normal distribution of the deviation √(2 / (in + out)) (Glorot, Bengio 2010), places and the
 * class token from one of 0.02, biases are 0, norms are 1. With the deviation 0.02 of transformers,
 * which suits a width of 768, a width of 64 learns digits in three times as many steps.
 *
 * @param side height and width of a picture, in pixels; a multiple of {@code patch}
 * @param patch height and width of a patch, in pixels
 * @param hidden width of the states; a multiple of {@code heads}
 * @param layers at least 1
 * @param heads of attention
 * @param intermediate width inside the feed-forward part
 */
public record NewVit(int side, int patch, int hidden, int layers, int heads, int intermediate) {
  /** Deviation of the class token and the places. */
  private static final double TOKENS = 0.02;

  private static final int BILINEAR = 2;

  /** Checks the bounds. */
  public NewVit {
    require(patch >= 1, "patch size", "at least 1", patch);
    require(
        side >= patch && side % patch == 0 && side <= 1024,
        "side of the pictures",
        "a multiple of the patch size " + patch + " and at most 1024",
        side);
    require(layers >= 1, "layers", "at least 1", layers);
    require(
        heads >= 1 && hidden % heads == 0,
        "hidden size",
        "a multiple of the heads " + heads,
        hidden);
  }

  private int patches() {
    return (side / patch) * (side / patch);
  }

  /** Numbers of all weights. */
  public long parameters() {
    long layer = 4L * hidden * hidden + 2L * hidden * intermediate + intermediate + 9L * hidden;
    long embeddings = (long) hidden * PictureShape.CHANNELS * patch * patch + hidden;
    return embeddings + (long) (patches() + 2) * hidden + layers * layer + 2L * hidden;
  }

  /**
   * Writes {@code config.json}, {@code preprocessor_config.json} and {@code model.safetensors}.
   *
   * @param folder exists
   * @param seed where the draws begin
   */
  public void write(Path folder, long seed) {
    try (Scope scope = Scope.open()) {
      SplittableRandom random = new SplittableRandom(seed);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("embeddings.cls_token", drawn(random, TOKENS, 1, 1, hidden));
      tensors.put(
          "embeddings.position_embeddings", drawn(random, TOKENS, 1, patches() + 1L, hidden));
      String projection = "embeddings.patch_embeddings.projection";
      tensors.put(
          projection + ".weight",
          drawn(
              random,
              deviation(1L * PictureShape.CHANNELS * patch * patch, hidden),
              hidden,
              PictureShape.CHANNELS,
              patch,
              patch));
      tensors.put(projection + ".bias", filled(0, hidden));
      for (int layer = 0; layer < layers; layer++) {
        String name = "encoder.layer." + layer + ".";
        norm(tensors, name + "layernorm_before");
        for (String part : new String[] {"query", "key", "value"}) {
          linear(tensors, random, name + "attention.attention." + part, hidden, hidden);
        }
        linear(tensors, random, name + "attention.output.dense", hidden, hidden);
        norm(tensors, name + "layernorm_after");
        linear(tensors, random, name + "intermediate.dense", intermediate, hidden);
        linear(tensors, random, name + "output.dense", hidden, intermediate);
      }
      norm(tensors, "layernorm");
      SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
    }
    AtomicFiles.writeText(folder.resolve("config.json"), config().toPrettyString() + "\n");
    AtomicFiles.writeText(
        folder.resolve(Preprocessing.FILE), preprocessor().toPrettyString() + "\n");
  }

  private ObjectNode config() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putArray("architectures").add("ViTModel");
    return json.put("model_type", "vit")
        .put("image_size", side)
        .put("patch_size", patch)
        .put("num_channels", PictureShape.CHANNELS)
        .put("hidden_size", hidden)
        .put("num_hidden_layers", layers)
        .put("num_attention_heads", heads)
        .put("intermediate_size", intermediate)
        .put("hidden_act", "gelu")
        .put("hidden_dropout_prob", 0.0)
        .put("attention_probs_dropout_prob", 0.0)
        .put("layer_norm_eps", 1e-12)
        .put("qkv_bias", true)
        .put("torch_dtype", "float32");
  }

  private ObjectNode preprocessor() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("image_processor_type", "ViTImageProcessor");
    json.putObject("size").put("height", side).put("width", side);
    json.put("resample", BILINEAR);
    for (String key : new String[] {"image_mean", "image_std"}) {
      ArrayNode colours = json.putArray(key);
      for (int c = 0; c < PictureShape.CHANNELS; c++) {
        colours.add(0.5);
      }
    }
    return json;
  }

  private static void linear(
      Map<String, Tensor> tensors, SplittableRandom random, String name, long rows, long columns) {
    tensors.put(name + ".weight", drawn(random, deviation(columns, rows), rows, columns));
    tensors.put(name + ".bias", filled(0, rows));
  }

  private void norm(Map<String, Tensor> tensors, String name) {
    tensors.put(name + ".weight", filled(1, hidden));
    tensors.put(name + ".bias", filled(0, hidden));
  }

  private static double deviation(long in, long out) {
    return Math.sqrt(2.0 / (in + out));
  }

  private static Tensor drawn(SplittableRandom random, double deviation, long... shape) {
    long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    float[] values = new float[Math.toIntExact(count)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return Tensors.of(values, shape);
  }

  private static Tensor filled(float value, long count) {
    float[] values = new float[Math.toIntExact(count)];
    Arrays.fill(values, value);
    return Tensors.of(values, count);
  }
}
