package io.haori.analysis.transfer;

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
 * @param measure what the scores are
 * @param joint score of the model of all, with its 95 % interval
 * @param alone score of models of each domain with the same capacity
 * @param gain joint less alone, with its 95 % interval
 * @param transfer what samples win
 * @param interference what samples lose
 */
public record CapacityPoint(
    String axis,
    double size,
    String name,
    long trained,
    Measure measure,
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
    List<TransferShares> shares = answers.stream().map(DomainAnswers::shares).toList();
    // A score is the gain over a model whose scores are 0, as one that has nothing right.
    List<DomainAnswers> overNothing =
        answers.stream()
            .map(
                one ->
                    new DomainAnswers(
                        one.name(),
                        one.measure(),
                        new double[one.seeds()][one.rows()],
                        one.joint()))
            .toList();
    return new CapacityPoint(
        axis,
        size,
        name,
        trained,
        answers.get(0).measure(),
        bootstrap.meanGain(overNothing),
        shares.stream().mapToDouble(TransferShares::independent).average().orElseThrow(),
        bootstrap.meanGain(answers),
        shares.stream().mapToDouble(TransferShares::transfer).average().orElseThrow(),
        shares.stream().mapToDouble(TransferShares::interference).average().orElseThrow());
  }

  /** The same with scores as a person sees them: accuracies, or losses, of which less is better. */
  public CapacityPoint shown() {
    if (measure == Measure.ACCURACY) {
      return this;
    }
    Interval loss = new Interval(-joint.estimate(), -joint.high(), -joint.low());
    return new CapacityPoint(
        axis, size, name, trained, measure, loss, -alone, gain, transfer, interference);
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
            enough.measure() == Measure.LOSS
                ? "Stop at %s %s: a loss of %s together"
                : "Stop at %s %s: %s together",
            enough.axis(),
            enough.name(),
            enough.measure().text(enough.joint().estimate()));
    if (best.equals(enough)) {
      return first + ", which is the best of those tried.";
    }
    return first
        + String.format(
            Locale.ROOT,
            ", within the interval of the best, %s %s with %s (%s).",
            best.axis(),
            best.name(),
            best.measure().text(best.joint().estimate()),
            best.measure().ends(best.joint()));
  }
}
