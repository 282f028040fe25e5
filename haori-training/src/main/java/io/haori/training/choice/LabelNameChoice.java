package io.haori.training.choice;

import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.training.augment.LabelNameRows;
import io.haori.training.augment.LabelNameUse;
import io.haori.training.data.Dataset;
import io.haori.training.task.FrozenVectors;
import java.util.List;

/**
 * Whether the names of labels are learnt from as rows ({@link LabelNameRows}) where nothing was
 * chosen: unless they mislead, as the rows are nearer to the names of other labels than to that of
 * their own by a standard error, or a probe that learns the names, too, has a log loss on held-out
 * rows that is larger by a standard error.
 *
 * <pre>{@code
 * u(t) = v(t) / |v(t)|,   z(i, k) = (u(row i) − mean of u over the rows) · u(name of label k)
 * m(i) = z(i, label of i) − mean of z(i, k) over the other labels k
 * }</pre>
 *
 * @param standardErrors the mean of {@code m} over its standard error
 * @param rows of a probe that learns the rows alone; without fits where names mislead
 * @param names of one that learns the names, too
 */
public record LabelNameChoice(double standardErrors, CrossScore rows, CrossScore names) {
  private static final double LEAST = 1e-12;

  /** Whether there is something to choose for a way. */
  static boolean isOpen(Candidate way, Dataset data) {
    return way.start() == null
        && way.settings().labelNames() == LabelNameUse.AUTO
        && LabelNameRows.arePossible(data);
  }

  /**
   * Looks at rows and names; the probes have answered nothing yet.
   *
   * @param way whose probes they are
   * @param vectors of all rows and names
   * @param data of at least two training rows
   */
  static LabelNameChoice of(Candidate way, FrozenVectors vectors, Dataset data) {
    List<Row> rows = data.train().rows();
    DomainLabels labels = data.labels();
    Targets targets = Targets.of(rows, labels);
    double[][] texts = directions(vectors.arrays(rows));
    double[][] names = directions(vectors.arrays(LabelNameRows.of(labels)));
    double[] mean = new double[texts[0].length];
    for (double[] text : texts) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += text[i] / texts.length;
      }
    }
    int[] firstName = new int[labels.size() + 1];
    for (int head = 0; head < labels.size(); head++) {
      firstName[head + 1] = firstName[head] + labels.heads().get(head).labels().size();
    }
    double sum = 0;
    double squares = 0;
    for (int row = 0; row < texts.length; row++) {
      int first = firstName[targets.heads()[row]];
      int count = firstName[targets.heads()[row] + 1] - first;
      double own = 0;
      double others = 0;
      for (int label = 0; label < count; label++) {
        double near = near(texts[row], mean, names[first + label]);
        if (label == targets.classes()[row]) {
          own = near;
        } else {
          others += near / (count - 1);
        }
      }
      sum += own - others;
      squares += (own - others) * (own - others);
    }
    int n = texts.length;
    double variance = Math.max(0, squares - sum * sum / n) / (n - 1);
    return new LabelNameChoice(
        sum / n / Math.max(Math.sqrt(variance / n), LEAST),
        new CrossScore(way),
        new CrossScore(learning(way)));
  }

  private static double near(double[] text, double[] mean, double[] name) {
    double sum = 0;
    for (int i = 0; i < mean.length; i++) {
      sum += (text[i] - mean[i]) * name[i];
    }
    return sum;
  }

  private static double[][] directions(float[][] vectors) {
    double[][] directions = new double[vectors.length][];
    for (int row = 0; row < vectors.length; row++) {
      double squares = 0;
      for (float x : vectors[row]) {
        squares += (double) x * x;
      }
      double length = Math.max(Math.sqrt(squares), LEAST);
      directions[row] = new double[vectors[row].length];
      for (int i = 0; i < directions[row].length; i++) {
        directions[row][i] = vectors[row][i] / length;
      }
    }
    return directions;
  }

  private static Candidate learning(Candidate way) {
    return way.withSettings(way.settings().withLabelNames(LabelNameUse.LEARN));
  }

  /** Whether rows are nearer to the names of other labels than to that of their own. */
  public boolean misleads() {
    return standardErrors <= -1;
  }

  /** Whether names are learnt from. */
  public boolean learns() {
    return !misleads() && names.standardErrorsOfLossBehind(rows) < 1;
  }

  /** The ways with what was decided. */
  List<Candidate> taken(List<Candidate> ways, Dataset data) {
    return learns()
        ? ways.stream().map(way -> isOpen(way, data) ? learning(way) : way).toList()
        : ways;
  }
}
