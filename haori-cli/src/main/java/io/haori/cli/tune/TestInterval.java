package io.haori.cli.tune;

import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.WilsonInterval;
import io.haori.cli.terminal.Console;
import io.haori.cli.terminal.JsonResult;
import io.haori.inference.task.classification.ClassificationTask;
import io.haori.training.task.answer.Predictions;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Says how far the accuracy on the test rows may be from that on all texts. */
public final class TestInterval {
  private static final double PERCENT = 100;

  private TestInterval() {}

  /**
   * How many rows are right.
   *
   * @param right rows whose answer is
   * @param rows all
   */
  private record Count(int right, int rows) {}

  /** Null for a task of another kind than one class a row. */
  private static @Nullable Count count(Predictions predictions) {
    if (!(predictions.labels().task() instanceof ClassificationTask)) {
      return null;
    }
    boolean[] right = predictions.right();
    int count = (int) IntStream.range(0, right.length).filter(row -> right[row]).count();
    return new Count(count, right.length);
  }

  /** As {@code --json} has it: right rows, all rows, and the ends of the 95 % interval. */
  public static void put(JsonResult json, Predictions predictions) {
    Count count = count(predictions);
    if (count != null) {
      Interval interval = WilsonInterval.of(count.right(), count.rows());
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("right", count.right());
      figures.put("rows", count.rows());
      figures.put("low", interval.low());
      figures.put("high", interval.high());
      json.put("interval", figures);
    }
  }

  /** Prints a line for a task of one class a row; nothing for others. */
  public static void print(Console console, Predictions predictions) {
    Count count = count(predictions);
    if (count == null) {
      return;
    }
    Interval interval = WilsonInterval.of(count.right(), count.rows());
    console
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%,d of %,d test rows are right: %.1f %%, with a 95 %% interval of %.1f to %.1f"
                    + " %%.",
                count.right(),
                count.rows(),
                PERCENT * interval.estimate(),
                PERCENT * interval.low(),
                PERCENT * interval.high()));
  }
}
