package io.haori.analysis.transfer;

import io.haori.analysis.metrics.Correlation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A cheap measure that may predict which domains help each other before any are learnt together.
 *
 * @param name for a person
 * @param seconds that computing it took
 * @param similarity {@code [domains][domains]} how alike two domains are; the diagonal is not read
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record Predictor(String name, double seconds, double[][] similarity) {
  /** A rank correlation from which a predictor is worth its name. */
  public static final double WELL = 0.5;

  /**
   * How well it would have predicted the effects that were measured.
   *
   * @param gains {@code [trained with][effect on]}; the diagonal is not read
   * @return Spearman's rank correlation over all ordered pairs
   */
  public double correlation(double[][] gains) {
    List<Double> predicted = new ArrayList<>();
    List<Double> measured = new ArrayList<>();
    for (int with = 0; with < gains.length; with++) {
      for (int on = 0; on < gains.length; on++) {
        if (with != on) {
          predicted.add(similarity[with][on]);
          measured.add(gains[with][on]);
        }
      }
    }
    return Correlation.spearman(array(predicted), array(measured));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * The cheapest one that predicts well.
   *
   * @param predictors all of them
   * @param gains {@code [trained with][effect on]} as measured
   * @return none when none reaches {@link #WELL}
   */
  public static Optional<Predictor> cheapest(List<Predictor> predictors, double[][] gains) {
    return predictors.stream()
        .filter(one -> one.correlation(gains) >= WELL)
        .min(Comparator.comparingDouble(Predictor::seconds));
  }
}
