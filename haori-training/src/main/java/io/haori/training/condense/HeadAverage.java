package io.haori.training.condense;

import static io.haori.core.check.Check.require;

import io.haori.inference.model.Heads;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The head of a merged module: the weighted mean of the heads of those that were merged. */
final class HeadAverage {
  private HeadAverage() {}

  /**
   * The mean.
   *
   * @param heads at least one, all for the same labels; where each is the only one, of any domain
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
          common(first.labels(), one.labels()).isPresent(),
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
      DomainLabels labels = first.labels();
      for (Heads one : heads) {
        labels = common(labels, one.labels()).orElseThrow();
      }
      return Heads.restore(labels, width, mean);
    }
  }

  /**
   * The labels of a mean: those of both where they are the same, without a domain where two heads
   * are the only ones and differ in that alone; empty where there is no mean.
   */
  static Optional<DomainLabels> common(DomainLabels one, DomainLabels other) {
    if (one.equals(other)) {
      return Optional.of(one);
    }
    if (one.size() != 1 || other.size() != 1 || !one.task().equals(other.task())) {
      return Optional.empty();
    }
    LabelSet labels = one.heads().get(0).labels();
    return labels.equals(other.heads().get(0).labels())
        ? Optional.of(DomainLabels.single(one.task(), labels))
        : Optional.empty();
  }

  private static String shown(DomainLabels labels) {
    List<String> all =
        labels.heads().stream().flatMap(head -> head.labels().names().stream()).toList();
    return all.isEmpty() ? "numbers" : String.join("/", all);
  }
}
