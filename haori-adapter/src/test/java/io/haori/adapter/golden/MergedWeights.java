package io.haori.adapter.golden;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.model.config.TransformersNames;
import io.haori.model.weights.Weights;
import io.haori.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/**
 * A base's weights with a module merged into them.
 *
 * @param base stays open
 * @param module stays open
 * @param layout of the base's files
 */
public record MergedWeights(Weights base, AdapterModule module, TransformersNames layout)
    implements Weights {
  @Override
  public Set<String> names() {
    return base.names();
  }

  @Override
  public boolean contains(String name) {
    return base.contains(name);
  }

  @Override
  public long[] shape(String name) {
    return base.shape(name);
  }

  @Override
  public DType dtype(String name) {
    return base.dtype(name);
  }

  @Override
  public Tensor load(String name) {
    Tensor weight = base.load(name);
    for (Map.Entry<String, AdaptedLinear> layer : module.layers().entrySet()) {
      if (name.endsWith("." + layer.getKey() + ".weight")) {
        return layout.storesInputsFirst(name)
            ? layer.getValue().merged(weight.t().contiguous()).t().contiguous()
            : layer.getValue().merged(weight);
      }
    }
    return weight;
  }

  @Override
  public void close() {}
}
