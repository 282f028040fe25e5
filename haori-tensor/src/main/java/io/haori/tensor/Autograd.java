package io.haori.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** libtorch's own differentiation, for {@code io.haori.tensor.grad}. */
public final class Autograd {
  private Autograd() {}

  /** A tensor that shares the value's memory and starts a new graph. */
  public static Tensor leaf(Tensor value, boolean needsGradient) {
    Tensor leaf = detached(value);
    leaf.handle.set_requires_grad(needsGradient);
    return leaf;
  }

  /** The value without its graph. */
  public static Tensor detached(Tensor value) {
    return new Tensor(value.handle.detach());
  }

  /** Runs a computation whose graph libtorch remembers. */
  public static Tensor remembering(Supplier<Tensor> computation) {
    try (AutoGradMode on = new AutoGradMode(true)) {
      return computation.get();
    }
  }

  /** Adds gradients to the leaves that a result was computed from, and frees its graph. */
  public static void backward(Tensor result, Tensor resultGradient) {
    result.handle.backward(
        resultGradient.handle, new BoolOptional(false), false, new TensorArrayRefOptional());
  }

  /** The gradient of a leaf, null when none arrived. */
  public static @Nullable Tensor gradient(Tensor leaf) {
    var gradient = leaf.handle.grad();
    // A handle of its own: the getter returns a reference into the leaf, which may be freed first.
    return gradient.defined() ? Tensor.own(gradient) : null;
  }

  /**
   * Gradients of a number with respect to leaves.
   *
   * @param number one element
   * @param leaves made by {@link #leaf}
   * @param remembered whether the gradients can be differentiated themselves; keeps the graph
   * @return one a leaf, zeros for one that the number does not depend on
   */
  public static List<Tensor> gradients(Tensor number, List<Tensor> leaves, boolean remembered) {
    TensorVector found =
        torch.grad(
            Tensors.vector(List.of(number)),
            Tensors.vector(leaves),
            new TensorVector(),
            new BoolOptional(remembered),
            remembered,
            true);
    List<Tensor> gradients = new ArrayList<>();
    for (int i = 0; i < leaves.size(); i++) {
      var gradient = found.get(i);
      gradients.add(
          gradient.defined()
              ? Tensor.own(gradient)
              : Tensors.zeros(leaves.get(i).dtype(), leaves.get(i).shape()));
    }
    return gradients;
  }
}
