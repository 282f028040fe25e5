package io.haori.analysis.metrics;

/**
 * How well one class, label or type of entity is found.
 *
 * @param name of the class
 * @param precision share of the answers with it that are right; 0 where there is none
 * @param recall share of its occurrences that were found; 0 where there is none
 * @param f1 harmonic mean of the two; 0 where both are
 * @param occurrences in the truth
 */
public record ClassScore(
    String name, double precision, double recall, double f1, long occurrences) {
  /**
   * From counts.
   *
   * @param name of the class
   * @param right answers with it that are right
   * @param answered answers with it
   * @param occurrences in the truth
   */
  public static ClassScore of(String name, long right, long answered, long occurrences) {
    return new ClassScore(
        name,
        share(right, answered),
        share(right, occurrences),
        share(2 * right, answered + occurrences),
        occurrences);
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
