package io.haori.model.weights;

import io.haori.check.UserError;
import io.haori.tensor.DType;
import io.haori.tensor.Tensor;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Set;

/**
 * The numbers inside an ONNX file (its initializers). Those that kept their names are taken as they
 * are. The weight of a linear layer has lost its name and is stored {@code [in, out]}: it is named
 * after the node that multiplies with it and transposed.
 *
 * <pre>{@code
 * node /encoder/layer.0/attention/self/query/MatMul, second input onnx::MatMul_787 [in, out]
 * gives encoder.layer.0.attention.self.query.weight [out, in]
 * }</pre>
 */
public final class OnnxWeights implements Weights {
  private final TransposableTensors tensors;

  private OnnxWeights(TransposableTensors tensors) {
    this.tensors = tensors;
  }

  /**
   * Opens a file and reads where its numbers are, but not the numbers.
   *
   * @param file stays open until {@link #close()}
   * @return its tensors
   * @throws UserError when the file is missing, damaged, or stores its numbers elsewhere
   */
  public static OnnxWeights open(Path file) {
    FileChannel channel = WeightFiles.open(file);
    boolean sound = false;
    try {
      var made =
          new OnnxWeights(new OnnxGraph(new FileBytes(channel, file)).tensors(file, channel));
      sound = true;
      return made;
    } finally {
      if (!sound) {
        WeightFiles.close(channel);
      }
    }
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
