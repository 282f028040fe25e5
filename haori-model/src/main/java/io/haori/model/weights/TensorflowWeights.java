package io.haori.model.weights;

import io.haori.check.UserError;
import io.haori.tensor.DType;
import io.haori.tensor.Tensor;
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
public final class TensorflowWeights implements Weights {
  private static final Pattern LAYER = Pattern.compile("/layer_(\\d+)/");

  private final TransposableTensors tensors;

  private TensorflowWeights(TransposableTensors tensors) {
    this.tensors = tensors;
  }

  /**
   * Opens the variables of a saved model.
   *
   * @param index {@code variables.index}, a table of names and places
   * @param data {@code variables.data-00000-of-00001}, the numbers; stays open until {@link
   *     #close()}
   * @return its tensors
   * @throws UserError when a file is missing or damaged
   */
  public static TensorflowWeights open(Path index, Path data) {
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
      return new TensorflowWeights(new TransposableTensors(data, channel, tensors, transposed));
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

  @Override
  public Set<String> names() {
    return tensors.names();
  }

  @Override
  public boolean contains(String name) {
    return tensors.contains(name);
  }

  @Override
  public long[] shape(String name) {
    return tensors.shape(name);
  }

  @Override
  public DType dtype(String name) {
    return tensors.dtype(name);
  }

  @Override
  public Tensor load(String name) {
    return tensors.load(name);
  }

  @Override
  public void close() {
    tensors.close();
  }
}
