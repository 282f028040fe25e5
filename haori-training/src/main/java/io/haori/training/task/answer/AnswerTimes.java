package io.haori.training.task.answer;

import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * How long models take to answer, from the text to the probabilities. The models answer in turns,
 * so that whatever else the machine does meets them alike; the first answers are not counted.
 */
public final class AnswerTimes {
  private static final int WARM_UP = 3;
  private static final double NANOS_OF_MILLISECOND = 1e6;

  private final List<TextModel> models;
  private final LongSupplier nanoTime;

  /**
   * Milliseconds of an answer.
   *
   * @param p50 half of the answers took at most as long
   * @param p95 of 100 answers, 95 took at most as long
   */
  public record Times(double p50, double p95) {
    /**
     * Of measurements.
     *
     * @param milliseconds at least one, in any order
     */
    static Times of(double[] milliseconds) {
      double[] sorted = milliseconds.clone();
      Arrays.sort(sorted);
      return new Times(percentile(sorted, 0.5), percentile(sorted, 0.95));
    }

    /** The nearest rank: the least one that this share do not exceed. */
    private static double percentile(double[] sorted, double share) {
      return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
  }

  /**
   * Models to be measured.
   *
   * @param models stay open
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  public AnswerTimes(List<TextModel> models, LongSupplier nanoTime) {
    this.models = List.copyOf(models);
    this.nanoTime = nanoTime;
  }

  /**
   * Lets every model answer requests of this many texts.
   *
   * @param rows taken in turns; at least one
   * @param texts of a request
   * @param repeats requests that are counted
   * @return one a model
   */
  public List<Times> measure(List<Row> rows, int texts, int repeats) {
    double[][] milliseconds = new double[models.size()][repeats];
    for (int repeat = -WARM_UP; repeat < repeats; repeat++) {
      List<Row> request = request(rows, Math.floorMod(repeat, rows.size()) * texts, texts);
      for (int turn = 0; turn < models.size(); turn++) {
        int model = Math.floorMod(turn + repeat, models.size());
        long start = nanoTime.getAsLong();
        answer(models.get(model), request);
        if (repeat >= 0) {
          milliseconds[model][repeat] = (nanoTime.getAsLong() - start) / NANOS_OF_MILLISECOND;
        }
      }
    }
    return Arrays.stream(milliseconds).map(Times::of).toList();
  }

  private static List<Row> request(List<Row> rows, int first, int texts) {
    List<Row> request = new ArrayList<>();
    for (int i = 0; i < texts; i++) {
      request.add(rows.get((first + i) % rows.size()));
    }
    return request;
  }

  private static void answer(TextModel model, List<Row> request) {
    int[] heads = Targets.of(request, model.heads().labels()).heads();
    var unused = model.answers(model.tokenize(request), heads);
  }
}
