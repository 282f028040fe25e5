package io.haori.adapter.golden;

import io.haori.core.weights.DType;
import io.haori.model.backbone.Backbone;
import io.haori.model.weights.Weights;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Weight;
import java.util.Set;

/**
 * A base's weights with the numbers that a backbone keeps, rounded, in place of the file's.
 *
 * @param base stays open
 * @param rounded of the same base; stays open
 */
public record RoundedWeights(Weights base, Backbone rounded) implements Weights {
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
    for (Weight weight : rounded.weights()) {
      for (Weight part : weight.parts()) {
        if (name.equals(part.name()) || name.endsWith("." + part.name())) {
          Tensor value = part.frozen().to(DType.F32);
          return part.shape().length == 2 && rounded.config().transformers().storesInputsFirst(name)
              ? value.t().contiguous()
              : value;
        }
      }
    }
    return base.load(name);
  }

  @Override
  public void close() {}
}
