package io.haori.adapter.file;

import io.haori.adapter.spi.AdapterModule;
import io.haori.core.check.UserError;
import io.haori.tensor.Tensor;
import java.nio.file.Path;
import java.util.Map;

/** Refuses to store numbers that are not finite: no program could use such a file. */
public final class FiniteTensors {
  private FiniteTensors() {}

  /**
   * Looks at all tensors that a module stores.
   *
   * @param folder that they would go into
   * @param module stays open
   * @throws UserError that names the first tensor with NaN or infinity
   */
  public static void require(Path folder, AdapterModule module) {
    module
        .layers()
        .forEach(
            (slot, layer) ->
                layer
                    .tensors()
                    .forEach((name, tensor) -> require(folder, slot + "." + name, tensor)));
  }

  /**
   * Looks at tensors by name.
   *
   * @param folder that they would go into
   * @param tensors of any type
   * @throws UserError that names the first tensor with NaN or infinity
   */
  public static void require(Path folder, Map<String, Tensor> tensors) {
    tensors.forEach((name, tensor) -> require(folder, name, tensor));
  }

  private static void require(Path folder, String name, Tensor tensor) {
    if (tensor.dtype().isFloat() && !tensor.isFinite()) {
      throw new UserError(
          name
              + " must hold finite numbers alone, got NaN or infinity; nothing was written to "
              + folder);
    }
  }
}
