package io.haori.inference.folder;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.weights.FiniteNumbers;
import io.haori.model.weights.SafetensorsFile;
import io.haori.model.weights.SafetensorsWriter;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Weight;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The numbers that full fine-tuning moved the base's weights to, in {@value #FILE}. */
final class BaseWeights {
  static final String FILE = "base.safetensors";

  private static final Map<String, String> FORMAT = Map.of("format", "pt");

  private BaseWeights() {}

  /**
   * Writes the weights as they are now.
   *
   * @param folder exists
   * @param weights of a base; stay open
   * @throws UserError when a number is not finite
   */
  static void write(Path folder, List<Weight> weights) {
    Map<String, Tensor> values = new TreeMap<>();
    for (Weight weight : weights) {
      weight.parts().forEach(part -> values.put(part.name(), part.current()));
    }
    SafetensorsWriter.write(folder.resolve(FILE), values, FORMAT);
  }

  /**
   * Moves weights to what is stored. They are trainable afterwards; freezing them goes back to the
   * base as it was opened.
   *
   * @param folder with the file
   * @param weights the same as were written
   * @throws UserError when one is missing or has another shape; all are frozen then
   */
  static void restore(Path folder, List<Weight> weights) {
    Path file = folder.resolve(FILE);
    FiniteNumbers.require(file);
    boolean complete = false;
    try (Scope scope = Scope.open();
        SafetensorsFile stored = SafetensorsFile.open(file)) {
      for (Weight weight : weights) {
        for (Parameter parameter : weight.makeTrainable()) {
          Tensor value =
              stored.names().contains(parameter.name()) ? stored.load(parameter.name()) : null;
          if (value == null || !Arrays.equals(value.shape(), parameter.value().shape())) {
            throw Check.in(
                file, parameter.name() + " is missing or has another shape than the base");
          }
          parameter.value().copyInPlace(value);
        }
      }
      complete = true;
    } finally {
      if (!complete) {
        weights.forEach(Weight::freeze);
      }
    }
  }
}
