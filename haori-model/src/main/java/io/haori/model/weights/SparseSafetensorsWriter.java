package io.haori.model.weights;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes tensors without their zeros, as {@link SparseSafetensors} reads them. */
public final class SparseSafetensorsWriter {
  private SparseSafetensorsWriter() {}

  /**
   * Writes a file in place of what was there.
   *
   * @param file where it is written
   * @param tensors F32, by name; at least one, each with numbers; no name has a line break
   * @throws io.haori.core.check.UserError when the place cannot be written
   */
  public static void write(Path file, Map<String, Tensor> tensors) {
    List<String> layout = new ArrayList<>();
    ByteArrayOutputStream gaps = new ByteArrayOutputStream();
    List<Float> values = new ArrayList<>();
    int gap = 0;
    for (Map.Entry<String, Tensor> entry : new TreeMap<>(tensors).entrySet()) {
      layout.add(line(entry.getKey(), entry.getValue()));
      for (float value : entry.getValue().toFloats()) {
        if (value != 0) {
          gaps.write(gap);
          values.add(value);
          gap = 0;
        } else if (++gap == SparseSafetensors.SKIP) {
          gaps.write(gap);
          gap = 0;
        }
      }
    }
    float[] stored = new float[values.size()];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = values.get(i);
    }
    try (Scope scope = Scope.open()) {
      Tensor gapTensor =
          Tensors.ofBytes(ByteBuffer.wrap(gaps.toByteArray()), DType.U8, gaps.size());
      Tensor valueTensor = Tensors.of(stored, stored.length);
      SafetensorsWriter.write(
          file,
          Map.of(SparseSafetensors.GAPS, gapTensor, SparseSafetensors.VALUES, valueTensor),
          Map.of(
              "format",
              SparseSafetensors.FORMAT,
              SparseSafetensors.LAYOUT,
              String.join("\n", layout)));
    }
  }

  private static String line(String name, Tensor tensor) {
    if (tensor.dtype() != DType.F32 || tensor.rank() == 0 || tensor.count() == 0) {
      throw new IllegalArgumentException(name + " is " + tensor);
    }
    if (name.isEmpty() || name.contains("\n")) {
      throw new IllegalArgumentException("name " + name);
    }
    List<String> lengths = new ArrayList<>();
    for (long length : tensor.shape()) {
      lengths.add(String.valueOf(length));
    }
    return name + ":" + String.join("x", lengths);
  }
}
