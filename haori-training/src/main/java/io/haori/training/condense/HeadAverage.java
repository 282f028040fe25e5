package io.haori.training.condense;

import static io.haori.core.check.Check.require;

import io.haori.inference.model.Heads;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The head of a merged module: the weighted mean of the heads of those that were merged. */
final class HeadAverage {
  private HeadAverage() {}

  /**
   * The mean.
   *
   * @param heads at least one, all for the same labels
   * @param weights one a head; their sum is above 0
   * @param width of the pooled vector
   * @return owned by the caller
   */
  static Heads of(List<Heads> heads, List<Double> weights, int width) {
    Heads first = heads.get(0);
    double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
    require(sum > 0 && sum <= Double.MAX_VALUE, "sum of the weights", "finite, above 0", sum);
    for (Heads one : heads) {
      require(
          one.labels().equals(first.labels()),
          "heads of modules to merge",
          "for the same labels",
          shown(one.labels()) + " beside " + shown(first.labels()));
    }
    try (Scope scope = Scope.open()) {
      Map<String, Tensor> mean = new LinkedHashMap<>();
      for (int i = 0; i < heads.size(); i++) {
        double share = weights.get(i) / sum;
        heads
            .get(i)
            .tensors()
            .forEach((name, tensor) -> mean.merge(name, tensor.mul(share), Tensor::add));
      }
      return Heads.restore(first.labels(), width, mean);
    }
  }

  private static String shown(DomainLabels labels) {
    List<String> all =
        labels.heads().stream().flatMap(head -> head.labels().names().stream()).toList();
    return all.isEmpty() ? "numbers" : String.join("/", all);
  }
}
