package io.haori.cli.tune;

import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.WilsonInterval;
import io.haori.cli.terminal.Console;
import io.haori.inference.task.classification.ClassificationTask;
import io.haori.training.task.Predictions;
import java.util.Locale;
import java.util.stream.IntStream;

/** Says how far the accuracy on the test rows may be from that on all texts. */
final class TestInterval {
  private static final double PERCENT = 100;

  private TestInterval() {}

  /** Prints a line for a task of one class a row; nothing for others. */
  static void print(Console console, Predictions predictions) {
    if (!(predictions.labels().task() instanceof ClassificationTask)) {
      return;
    }
    boolean[] right = predictions.right();
    int count = (int) IntStream.range(0, right.length).filter(row -> right[row]).count();
    Interval interval = WilsonInterval.of(count, right.length);
    console
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%,d of %,d test rows are right: %.1f %%, with a 95 %% interval of %.1f to %.1f %%.",
                count,
                right.length,
                PERCENT * interval.estimate(),
                PERCENT * interval.low(),
                PERCENT * interval.high()));
  }
}
