package io.haori.adapter.modular;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A layer as a row of components: what each is worth, and which of them are kept.
 *
 * <p>A component {@code k} is a row of one tensor, with which it reads the input, and a column of
 * another, with which it writes the output. It is dropped by zeroes in its column alone, so that it
 * may learn again.
 */
final class ComponentLayer {
  private static final int COLUMNS = 1;

  /** A tensor of the components, and the dimension along which they lie. */
  private record Part(Parameter parameter, int dimension) {
    Tensor perComponent(Tensor tensor) {
      return dimension == 0 ? tensor : tensor.t();
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private float[] scores;
  private float[] kept;

  /**
   * A layer all of whose components are kept.
   *
   * @param slot its name
   * @param layer whose parameters are read and changed
   * @param dimensions of the components by tensor
   */
  ComponentLayer(String slot, AdaptedLinear layer, Map<String, Integer> dimensions) {
    for (TrainedParameter trained : layer.parameters()) {
      String name = trained.parameter().name().substring(slot.length() + 1);
      Integer dimension = dimensions.get(name);
      if (dimension != null) {
        parts.add(new Part(trained.parameter(), dimension));
      }
    }
    scores = new float[components()];
    kept = new float[components()];
    Arrays.fill(kept, 1);
  }

  int components() {
    Part first = parts.get(0);
    return Math.toIntExact(first.parameter().value().size(first.dimension()));
  }

  /** Numbers of one component. */
  long cost() {
    return parts.stream().mapToLong(p -> p.parameter().count()).sum() / components();
  }

  /** What each component was worth since the last {@link #keep}. */
  float[] scores() {
    return scores.clone();
  }

  /** 1 for what is kept, 0 for the others. */
  float[] kept() {
    return kept.clone();
  }

  /** Goes back to what was read here before. */
  void restore(float[] newScores, float[] newKept) {
    scores = newScores.clone();
    kept = newKept.clone();
  }

  /**
   * Adds what the gradients say of each component's worth: {@code |∂L/∂σₖ|} at {@code σₖ = 1},
   * which is {@code |t · ∂L/∂t|} of either of its tensors; the mean of both.
   */
  void gatherScores() {
    for (Part part : parts) {
      Tensor value = part.perComponent(part.parameter().value());
      Tensor product = value.mul(part.perComponent(part.parameter().gradient()));
      float[] worth = product.sum(1, false).abs().toFloats();
      for (int k = 0; k < scores.length; k++) {
        scores[k] += worth[k] / parts.size();
      }
    }
  }

  /** Chooses the components that are kept, zeroes the others and forgets the scores. */
  void keep(float[] newKept) {
    kept = newKept.clone();
    Arrays.fill(scores, 0);
    dropOthers();
  }

  /** Zeroes what is not kept. */
  void dropOthers() {
    Tensor mask = Tensors.of(kept, kept.length);
    for (Part part : parts) {
      if (part.dimension() == COLUMNS) {
        part.parameter().value().mulInPlace(mask);
      }
    }
  }

  /** Components with a number in their column that is not zero, rising. */
  long[] alive() {
    for (Part part : parts) {
      if (part.dimension() == COLUMNS) {
        float[] sizes = part.parameter().value().abs().sum(0, false).toFloats();
        return LongStream.range(0, sizes.length).filter(k -> sizes[(int) k] != 0).toArray();
      }
    }
    return LongStream.range(0, components()).toArray();
  }
}
