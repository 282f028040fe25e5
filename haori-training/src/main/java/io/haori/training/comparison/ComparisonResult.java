package io.haori.training.comparison;

import io.haori.inference.task.spi.Task;
import java.nio.file.Path;
import java.util.List;

/**
 * What a comparison gave.
 *
 * @param task what was predicted
 * @param truth {@code [rows]} for each test row the index of the right class, those of all heads
 *     counted one after another, or the right number
 * @param methods in the order that was asked for
 * @param wanted how many runs that makes
 * @param interrupted whether it was asked to stop before all were done
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
public record ComparisonResult(
    Task task, double[] truth, List<Method> methods, int wanted, boolean interrupted) {
  /**
   * One method.
   *
   * @param name in tables
   * @param runs one a seed, in the seeds' order; fewer when interrupted
   * @param adapter the folder of the adapter that did best on the validation rows
   * @param kept index of the run that made it
   */
  public record Method(String name, List<FinishedRun> runs, Path adapter, int kept) {
    /** The run whose adapter is kept; there is one as soon as a run is done. */
    public FinishedRun keptRun() {
      return runs.get(kept);
    }
  }

  /** How many runs are done. */
  public int finished() {
    return methods.stream().mapToInt(method -> method.runs().size()).sum();
  }
}
