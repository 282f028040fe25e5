package io.haori.adapter.peft;

import io.haori.adapter.spi.AdapterModule;
import io.haori.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was read from a PEFT folder. Owns the module and the head tensors.
 *
 * @param module the adapted layers
 * @param headTensors full tensors outside the base by their plain name, for example {@code
 *     classifier.weight}, in the type that they were stored in
 * @param settings what the folder said besides
 */
public record PeftAdapter(
    AdapterModule module, Map<String, Tensor> headTensors, PeftSettings settings)
    implements AutoCloseable {
  /** Copies the map, whose order is kept. */
  public PeftAdapter {
    headTensors = Collections.unmodifiableMap(new LinkedHashMap<>(headTensors));
  }

  @Override
  public void close() {
    module.close();
    headTensors.values().forEach(Tensor::close);
  }
}
