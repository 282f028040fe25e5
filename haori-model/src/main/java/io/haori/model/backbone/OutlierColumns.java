package io.haori.model.backbone;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Weight;
import io.haori.tensor.quant.InputGradients;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which columns of the layers' inputs are far larger than the others, found by reading some texts
 * with the base as it is. They hardly depend on the texts (Dettmers et al. 2022, LLM.int8, arXiv
 * 2208.07339, section 4).
 */
final class OutlierColumns {
  /** Least ratio of an outlier column's largest input to the median column's. */
  static final double TIMES_THE_MEDIAN = 4;

  /** Of this number of columns at most one is: beyond that floats cost more than they save. */
  private static final int ONE_IN = 64;

  private OutlierColumns() {}

  /**
   * Finds them. A matrix that is still in its file is kept in 8 bits as soon as it was read.
   *
   * @param backbone with dense weights, or weights in their file
   * @param texts to read
   * @param gradients what gradients behind the matrices are computed from in training
   * @return columns by matrix; none where no column is far larger
   */
  static Map<Weight, List<Long>> of(Backbone backbone, TextBatch texts, InputGradients gradients) {
    Map<Weight, float[]> largest = new HashMap<>();
    DType dtype = backbone.slots().get(0).weight().precision().otherWeights();
    try (Scope scope = Scope.open();
        Tape tape =
            Tape.observing(
                dtype,
                (weight, input) -> {
                  float[] sizes = columnSizes(input);
                  if (weight.isDeferred()) {
                    weight.keepIn8Bits(outliers(sizes), gradients);
                  } else {
                    largest.merge(weight, sizes, OutlierColumns::larger);
                  }
                })) {
      backbone.hidden(tape, texts, Adaptation.NONE, false);
    }
    Map<Weight, List<Long>> found = new HashMap<>();
    largest.forEach((weight, sizes) -> found.put(weight, outliers(sizes)));
    return found;
  }

  private static float[] columnSizes(Tensor input) {
    try (Scope scope = Scope.open()) {
      return input.abs().max(0).to(DType.F32).toFloats();
    }
  }

  private static float[] larger(float[] a, float[] b) {
    for (int i = 0; i < a.length; i++) {
      a[i] = Math.max(a[i], b[i]);
    }
    return a;
  }

  /** Indexes in ascending order. */
  static List<Long> outliers(float[] sizes) {
    float[] sorted = sizes.clone();
    Arrays.sort(sorted);
    double bound = TIMES_THE_MEDIAN * sorted[sorted.length / 2];
    List<Long> found = new ArrayList<>();
    IntStream.range(0, sizes.length)
        .filter(i -> sizes[i] > bound)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -sizes[i]))
        .limit(Math.max(1, sizes.length / ONE_IN))
        .sorted()
        .forEach(i -> found.add((long) i));
    return found;
  }
}
