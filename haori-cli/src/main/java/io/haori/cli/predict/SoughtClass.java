package io.haori.cli.predict;

import static io.haori.core.check.Check.require;

import io.haori.analysis.metrics.DetectionCurve;
import io.haori.cli.terminal.DetectionView;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.training.task.answer.Predictions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** One class that is looked for among the others, such as defects, of which there are few. */
final class SoughtClass {
  /** The probability from which one of two classes is answered. */
  private static final double HALF = 0.5;

  @Option(
      names = "--positive",
      paramLabel = "CLASS",
      description =
          "The class that is looked for, whose recall, precision and thresholds are shown (default:"
              + " the rarer one of two classes).")
  @Nullable String positive;

  @Mixin final DetectionView.Options options = new DetectionView.Options();

  /** Refuses what does not fit the labels. */
  void check(DomainLabels labels) {
    options.check();
    if (positive == null) {
      return;
    }
    String fits = "left out where not one class of one label set is answered";
    require(isOfOne(labels), "--positive", fits, String.valueOf(positive));
    LabelSet classes = labels.heads().get(0).labels();
    require(
        classes.indexOf(String.valueOf(positive)).isPresent(),
        "--positive",
        "one of " + classes.names(),
        String.valueOf(positive));
  }

  private static boolean isOfOne(DomainLabels labels) {
    return labels.task().equals(TaskCatalogue.CLASSIFICATION) && labels.heads().size() == 1;
  }

  /**
   * How well the class is found; nothing where none was chosen among several, or the rows are all
   * of one kind.
   */
  Optional<DetectionView> view(DomainLabels labels, Predictions predictions) {
    if (!isOfOne(labels)) {
      return Optional.empty();
    }
    LabelSet classes = labels.heads().get(0).labels();
    int[] truth = predictions.targets().classes();
    int[] counts = new int[classes.size()];
    for (int row = 0; row < truth.length; row++) {
      if (isKnown(predictions, row)) {
        counts[truth[row]]++;
      }
    }
    String chosen = positive;
    if (chosen == null && classes.size() == 2) {
      chosen = classes.name(counts[1] <= counts[0] ? 1 : 0);
    }
    if (chosen == null) {
      return Optional.empty();
    }
    int sought = classes.indexOf(chosen).orElseThrow();
    if (counts[sought] == 0 || counts[sought] == truth.length) {
      return Optional.empty();
    }
    double[] positives = new double[counts[sought]];
    double[] negatives = new double[truth.length - counts[sought]];
    int up = 0;
    int down = 0;
    for (int row = 0; row < truth.length; row++) {
      double probability = predictions.rows().answers()[row][sought];
      if (isKnown(predictions, row) && truth[row] == sought) {
        positives[up++] = probability;
      } else {
        negatives[down++] = probability;
      }
    }
    DetectionCurve curve = DetectionCurve.of(positives, negatives);
    return Optional.of(new DetectionView(curve, chosen, HALF, options, false));
  }

  private static boolean isKnown(Predictions predictions, int row) {
    return !predictions.targets().hasUnknown(row);
  }
}
