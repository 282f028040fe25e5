package io.haori.analysis.transfer;

import io.haori.analysis.report.Figures;
import io.haori.analysis.statistics.Interval;
import java.util.List;
import java.util.Locale;

/**
 * What the model of all domains does at one capacity, as means over the domains.
 *
 * @param axis what was varied, for example {@code rank}
 * @param size its place on the axis
 * @param name of the capacity
 * @param trained numbers of the model of all
 * @param joint accuracy of the model of all, with its 95 % interval
 * @param alone accuracy of models of each domain with the same capacity
 * @param gain joint less alone, with its 95 % interval
 * @param transfer share of samples wrong alone and right together
 * @param interference share of samples right alone and wrong together
 */
public record CapacityPoint(
    String axis,
    double size,
    String name,
    long trained,
    Interval joint,
    double alone,
    Interval gain,
    double transfer,
    double interference) {
  /**
   * From the answers of models of one capacity.
   *
   * @param axis what was varied
   * @param size its place on the axis
   * @param name of the capacity
   * @param trained numbers of the model of all
   * @param answers one a domain
   * @param bootstrap makes the intervals
   */
  public static CapacityPoint of(
      String axis,
      double size,
      String name,
      long trained,
      List<DomainAnswers> answers,
      PairedSeeds bootstrap) {
    List<TransferCounts> counts = answers.stream().map(DomainAnswers::counts).toList();
    // Accuracy is the gain over a model that has nothing right.
    List<DomainAnswers> overNothing =
        answers.stream()
            .map(
                one ->
                    new DomainAnswers(
                        one.name(), new boolean[one.seeds()][one.rows()], one.joint()))
            .toList();
    return new CapacityPoint(
        axis,
        size,
        name,
        trained,
        bootstrap.meanGain(overNothing),
        counts.stream().mapToDouble(TransferCounts::independent).average().orElseThrow(),
        bootstrap.meanGain(answers),
        counts.stream().mapToDouble(TransferCounts::transfer).average().orElseThrow(),
        counts.stream().mapToDouble(TransferCounts::interference).average().orElseThrow());
  }

  /**
   * From where on more is not worth it.
   *
   * @param points of one axis, from the smallest to the largest
   */
  public static String advice(List<CapacityPoint> points) {
    int stop = Plateau.stop(points.stream().map(CapacityPoint::joint).toList());
    CapacityPoint enough = points.get(stop);
    CapacityPoint best = points.get(0);
    for (CapacityPoint point : points) {
      best = point.joint().estimate() > best.joint().estimate() ? point : best;
    }
    String first =
        String.format(
            Locale.ROOT,
            "Stop at %s %s: %s together",
            enough.axis(),
            enough.name(),
            Figures.PERCENT.text(enough.joint().estimate()));
    if (best.equals(enough)) {
      return first + ", which is the best of those tried.";
    }
    return first
        + String.format(
            Locale.ROOT,
            ", within the interval of the best, %s %s with %s (%s to %s).",
            best.axis(),
            best.name(),
            Figures.PERCENT.text(best.joint().estimate()),
            Figures.PERCENT.text(best.joint().low()),
            Figures.PERCENT.text(best.joint().high()));
  }
}
