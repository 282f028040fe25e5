package io.haori.training.multidomain.study;

import java.util.List;

/** What can be said of domains without training any two together. */
public interface Alikeness {
  /**
   * Vectors of some training rows on the frozen base.
   *
   * @return for each domain {@code [rows][width]}
   */
  List<double[][]> vectors();

  /**
   * Cosines of the domains' gradients with respect to a new module.
   *
   * @param vectors as {@link #vectors} gave them
   * @return {@code [domains][domains]}
   */
  double[][] gradientCosines(List<double[][]> vectors);
}
