package io.haori.adapter.spi;

import io.haori.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** One method's trainable parts on one slot. Owns its parameters. */
public interface AdaptedLinear extends RowAdapter, AutoCloseable {
  /** What is trained, in a stable order. */
  List<TrainedParameter> parameters();

  /** Ends learning for good and frees the gradients: from here on the layer only serves. */
  default void freeze() {
    parameters().forEach(trained -> trained.parameter().freeze());
  }

  /**
   * The tensors to store, F32, by the name that follows the slot's name in an adapter file, for
   * example {@code lora_A.weight}. They stay owned by this layer.
   */
  Map<String, Tensor> tensors();

  /**
   * The weight of a plain linear layer that computes the same.
   *
   * @param weight the frozen weight, F32 {@code [out, in]}
   * @return F32 {@code [out, in]}, in the current scope
   * @throws io.haori.core.check.UserError when what the layer computes is not linear in its input
   */
  Tensor merged(Tensor weight);

  @Override
  void close();
}
