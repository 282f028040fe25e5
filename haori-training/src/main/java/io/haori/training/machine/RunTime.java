package io.haori.training.machine;

/**
 * How long a base's work takes with one setting.
 *
 * @param precision as the command line names it
 * @param threads of one operation
 * @param stepTokens tokens that a training step reads
 * @param stepMs milliseconds of one training step, median over the repeats
 * @param passTokens tokens that a classification pass reads
 * @param passMs milliseconds of one classification pass, median over the repeats
 */
public record RunTime(
    String precision, int threads, int stepTokens, double stepMs, int passTokens, double passMs) {
  /** The setting. */
  public ComputeSetting setting() {
    return new ComputeSetting(precision, threads);
  }
}
