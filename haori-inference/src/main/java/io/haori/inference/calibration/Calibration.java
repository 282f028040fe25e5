package io.haori.inference.calibration;

import static io.haori.core.check.Check.require;

import io.haori.analysis.calibration.ConformalSets;
import io.haori.analysis.calibration.HeldOutScores;
import io.haori.analysis.calibration.Temperature;
import io.haori.analysis.calibration.UnknownScore;
import io.haori.core.check.Check;
import io.haori.core.files.AdapterFiles;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import java.nio.file.Path;

/**
 * What a classifier's held-out rows say about its answers. A value, shared between threads.
 *
 * @param temperature makes its probabilities honest
 * @param rows how many held-out rows there were, at least 1
 * @param errorBefore calibration error of these rows without the temperature, in [0, 1]
 * @param errorAfter the same with it; the temperature was chosen on the same rows
 * @param sets the sets of classes with a promised coverage
 * @param distance how far a text is from the training texts
 * @param known the distances of the held-out rows
 */
public record Calibration(
    Temperature temperature,
    int rows,
    double errorBefore,
    double errorAfter,
    ConformalSets sets,
    UnknownScore distance,
    HeldOutScores known) {
  /** Checks the bounds. */
  public Calibration {
    require(rows >= 1, "rows", "at least 1", rows);
    require(errorBefore >= 0 && errorBefore <= 1, "errorBefore", "in [0, 1]", errorBefore);
    require(errorAfter >= 0 && errorAfter <= 1, "errorAfter", "in [0, 1]", errorAfter);
  }

  /**
   * Refuses the calibration of another model.
   *
   * @param folder of the adapter, for the message
   * @param labels what the adapter answers
   * @param width of its base's vectors
   * @throws io.haori.core.check.UserError when it cannot be that model's
   */
  public void requireFits(Path folder, DomainLabels labels, int width) {
    boolean classes = labels.size() == 1 && labels.task().equals(TaskCatalogue.CLASSIFICATION);
    if (!classes) {
      throw Check.in(
          folder.resolve(AdapterFiles.CALIBRATION),
          "must belong to one label set of classes, but the adapter is of "
              + (labels.size() > 1 ? "several domains" : labels.task().name()));
    }
    requireTensor(folder, "centre", width, distance.width());
    int classCount = labels.outputs(0);
    if (distance.means().length > classCount) {
      requireTensor(folder, "means", classCount, distance.means().length);
    }
  }

  private static void requireTensor(Path folder, String name, int wanted, int found) {
    if (wanted != found) {
      throw Check.in(
          folder.resolve(AdapterFiles.CALIBRATION_TENSORS),
          name + " must be of length " + wanted + " for this adapter, got " + found);
    }
  }
}
