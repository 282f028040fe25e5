package io.haori.tensor.grad;

import io.haori.tensor.Autograd;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.List;

/**
 * How the gradient by some parameters changes with others, along a direction: {@code ∇_upper
 * ⟨∇_lower loss, direction⟩}, the mixed second derivative times a vector, without making the
 * matrix.
 */
public final class MixedDerivative {
  private MixedDerivative() {}

  /**
   * Computes it.
   *
   * @param tape made by {@link Tape#twice}, on which the loss was computed
   * @param loss one element
   * @param lower parameters of the inner derivative
   * @param direction one a lower parameter, of its shape
   * @param upper parameters of the outer derivative
   * @return one an upper parameter, of its shape, in the current scope
   */
  public static List<Tensor> of(
      Tape tape,
      Variable loss,
      List<Parameter> lower,
      List<Tensor> direction,
      List<Parameter> upper) {
    List<Tensor> lowerLeaves = lower.stream().map(tape::leaf).toList();
    List<Tensor> upperLeaves = upper.stream().map(tape::leaf).toList();
    List<Tensor> gradients = Autograd.gradients(loss.value(), lowerLeaves, true);
    List<Tensor> products = new ArrayList<>();
    for (int i = 0; i < gradients.size(); i++) {
      products.add(gradients.get(i).mul(direction.get(i)).sum());
    }
    return Autograd.gradients(Tensors.stack(products, 0).sum(), upperLeaves, false);
  }
}
