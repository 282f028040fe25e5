package io.haori.model.weights;

import io.haori.core.check.UserError;
import io.haori.core.weights.StoredTensor;
import io.haori.core.weights.WeightFiles;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The variables of a TensorFlow model of the original BERT, under the names of Hugging Face: {@code
 * module/bert/encoder/layer_0/attention/self/query/kernel [in, out]} becomes {@code
 * bert.encoder.layer.0.attention.self.query.weight [out, in]}.
 */
public final class TensorflowWeights {
  private static final Pattern LAYER = Pattern.compile("/layer_(\\d+)/");

  private TensorflowWeights() {}

  /**
   * Opens the variables of a saved model.
   *
   * @param index {@code variables.index}, a table of names and places
   * @param data {@code variables.data-00000-of-00001}, the numbers; stays open until the weights
   *     are closed
   * @return its tensors
   * @throws UserError when a file is missing or damaged
   */
  public static Weights open(Path index, Path data) {
    FileChannel channel = WeightFiles.open(data);
    boolean sound = false;
    try (TensorflowIndex table = TensorflowIndex.open(index)) {
      Map<String, StoredTensor> tensors = new TreeMap<>();
      Set<String> transposed = new HashSet<>();
      table
          .read(new FileBytes(channel, data).size())
          .forEach(
              (variable, tensor) -> {
                String name = name(variable);
                if (variable.endsWith("/kernel") && tensor.shape().length == 2) {
                  transposed.add(name);
                }
                if (tensors.put(name, tensor) != null) {
                  throw table.error("has two tensors " + WeightFiles.quote(name));
                }
              });
      sound = true;
      return new TransposableTensors(data, channel, tensors, transposed);
    } finally {
      if (!sound) {
        WeightFiles.close(channel);
      }
    }
  }

  /** The name that Hugging Face gives a variable. */
  static String name(String variable) {
    String path = variable.startsWith("module/") ? variable.substring(7) : variable;
    path = LAYER.matcher(path).replaceAll("/layer.$1/");
    int slash = path.lastIndexOf('/');
    String leaf = path.substring(slash + 1);
    String last =
        switch (leaf) {
          case "kernel", "gamma" -> "weight";
          case "beta", "output_bias" -> "bias";
          default -> leaf.endsWith("_embeddings") ? leaf + ".weight" : leaf;
        };
    return path.substring(0, slash + 1).replace('/', '.') + last;
  }
}
