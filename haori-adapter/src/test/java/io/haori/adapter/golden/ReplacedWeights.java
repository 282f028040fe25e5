package io.haori.adapter.golden;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.AdapterModule;
import io.haori.core.weights.DType;
import io.haori.model.backbone.Backbone;
import io.haori.model.config.TransformersNames;
import io.haori.model.weights.Weights;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Weight;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A base's weights with other numbers in the place of some.
 *
 * @param base stays open
 * @param loading gives a tensor by its name
 */
record ReplacedWeights(Weights base, Function<String, Tensor> loading) implements Weights {
  /**
   * With a module merged into them.
   *
   * @param base stays open
   * @param module stays open
   * @param layout of the base's files
   */
  static Weights merged(Weights base, AdapterModule module, TransformersNames layout) {
    return new ReplacedWeights(
        base,
        name -> {
          Tensor weight = base.load(name);
          for (Map.Entry<String, AdaptedLinear> layer : module.layers().entrySet()) {
            if (name.endsWith("." + layer.getKey() + ".weight")) {
              return layout.storesInputsFirst(name)
                  ? layer.getValue().merged(weight.t().contiguous()).t().contiguous()
                  : layer.getValue().merged(weight);
            }
          }
          return weight;
        });
  }

  /**
   * With the numbers that a backbone keeps, rounded, in place of the file's.
   *
   * @param base stays open
   * @param rounded of the same base; stays open
   */
  static Weights rounded(Weights base, Backbone rounded) {
    return new ReplacedWeights(
        base,
        name -> {
          for (Weight weight : rounded.weights()) {
            for (Weight part : weight.parts()) {
              if (name.equals(part.name()) || name.endsWith("." + part.name())) {
                Tensor value = part.frozen().to(DType.F32);
                return part.shape().length == 2
                        && rounded.config().transformers().storesInputsFirst(name)
                    ? value.t().contiguous()
                    : value;
              }
            }
          }
          return base.load(name);
        });
  }

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
    return loading.apply(name);
  }

  @Override
  public void close() {}
}
