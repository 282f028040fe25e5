package io.haori.model.weights;

import io.haori.core.check.UserError;
import io.haori.core.weights.WeightFiles;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

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
public final class OnnxWeights {
  private OnnxWeights() {}

  /**
   * Opens a file and reads where its numbers are, but not the numbers.
   *
   * @param file stays open until the weights are closed
   * @return its tensors
   * @throws UserError when the file is missing, damaged, or stores its numbers elsewhere
   */
  public static Weights open(Path file) {
    FileChannel channel = WeightFiles.open(file);
    boolean sound = false;
    try {
      Weights made = new OnnxGraph(new FileBytes(channel, file)).tensors(file, channel);
      sound = true;
      return made;
    } finally {
      if (!sound) {
        WeightFiles.close(channel);
      }
    }
  }
}
