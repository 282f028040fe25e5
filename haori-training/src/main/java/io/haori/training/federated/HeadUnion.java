package io.haori.training.federated;

import io.haori.inference.model.Heads;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.tensor.Tensor;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The heads of sites as one head for all their labels: for each label the mean of the rows of those
 * sites that know it, weighted by their training rows.
 */
final class HeadUnion {
  private HeadUnion() {}

  /**
   * The union.
   *
   * @param updates at least one, each with one head
   * @param width of the pooled vector
   * @return owned by the caller
   */
  static Heads of(List<Update> updates, int width) {
    LabelSet union =
        LabelSet.of(
            updates.stream()
                .flatMap(update -> labels(update).names().stream())
                .distinct()
                .toList());
    double[][] weight = new double[union.size()][width];
    double[] bias = new double[union.size()];
    for (int k = 0; k < union.size(); k++) {
      String name = union.name(k);
      List<Update> knowing =
          updates.stream().filter(one -> labels(one).indexOf(name).isPresent()).toList();
      double sum = knowing.stream().mapToInt(Update::rows).sum();
      for (Update update : knowing) {
        int at = labels(update).indexOf(name).orElseThrow();
        double share = update.rows() / sum;
        double[] own = row(update.heads().parameters().get(0).value(), at, width);
        for (int i = 0; i < width; i++) {
          weight[k][i] += share * own[i];
        }
        bias[k] += share * update.heads().parameters().get(1).value().toDoubles()[at];
      }
    }
    Heads heads =
        Heads.create(
            DomainLabels.single(TaskCatalogue.CLASSIFICATION, union),
            width,
            new SplittableRandom(0));
    heads.replace(0, weight, 1, bias);
    return heads;
  }

  private static LabelSet labels(Update update) {
    return update.heads().labels().heads().get(0).labels();
  }

  private static double[] row(Tensor matrix, int row, int width) {
    double[] numbers = new double[width];
    System.arraycopy(matrix.toDoubles(), row * width, numbers, 0, width);
    return numbers;
  }
}
