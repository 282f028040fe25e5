package io.haori.training.proof;

import io.haori.inference.model.TextBase;
import io.haori.training.data.DataFile;
import io.haori.training.data.Dataset;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Processor time of a fit, from three small ones on rows of the data. Processor time and not that
 * of the clock, so that other programs on the machine do not count.
 *
 * <pre>{@code
 * seconds = start + row · rows + rowEpoch · (rows · epochs + answered rows / 3)
 * }</pre>
 *
 * @param start seconds of a fit whatever its rows
 * @param row seconds of a training row, once: its tokens, its vector, the first head
 * @param rowEpoch seconds of a training row in an epoch; 0 where nothing is trained in epochs
 */
public record FitCosts(double start, double row, double rowEpoch) {
  private static final double NANOS = 1e9;
  private static final int FEW = 32;
  private static final int TIMES = 4;
  private static final int EPOCHS = 3;

  /** A pass forward alone takes about a third of one forward and backward. */
  private static final double ANSWER = 1.0 / 3;

  /**
   * Measures them.
   *
   * @param base stays open
   * @param way that is fitted
   * @param data whose training rows are used, or some of them
   * @param processorNanos processor time of this process so far, in nanoseconds
   */
  public static FitCosts measure(
      TextBase base, Way way, Dataset data, LongSupplier processorNanos) {
    long seed = way.settings().loop().seed();
    int few = Math.max(FEW, data.labels().heads().get(0).labels().size());
    Dataset small = learnt(data.withTrainRows(few, seed));
    Dataset large = learnt(data.withTrainRows(TIMES * few, seed));
    // The first fit loads code that later ones have.
    double unused = seconds(base, way, small, 1, processorNanos);
    double one = seconds(base, way, small, 1, processorNanos);
    double more = seconds(base, way, large, 1, processorNanos);
    double longer = seconds(base, way, large, EPOCHS, processorNanos);
    int ours = small.train().rows().size();
    int theirs = large.train().rows().size();
    double rowEpoch = Math.max(0, (longer - more) / ((EPOCHS - 1) * theirs));
    double row = theirs == ours ? 0 : Math.max(0, (more - one) / (theirs - ours) - rowEpoch);
    return new FitCosts(Math.max(0, one - ours * (row + rowEpoch)), row, rowEpoch);
  }

  /**
   * The same of another way, from two small fits of it: what is done once for each row is alike.
   *
   * @param base stays open
   * @param way that is fitted, in epochs
   * @param data whose training rows are used, or some of them
   * @param processorNanos processor time of this process so far, in nanoseconds
   */
  public FitCosts of(TextBase base, Way way, Dataset data, LongSupplier processorNanos) {
    int few = Math.max(FEW, data.labels().heads().get(0).labels().size());
    Dataset small = learnt(data.withTrainRows(few, way.settings().loop().seed()));
    // The first fit loads code that later ones have.
    double unused = seconds(base, way, small, 1, processorNanos);
    double one = seconds(base, way, small, 1, processorNanos);
    double longer = seconds(base, way, small, EPOCHS, processorNanos);
    return new FitCosts(
        start, row, Math.max(0, (longer - one) / ((EPOCHS - 1) * small.train().rows().size())));
  }

  /**
   * What a fit takes.
   *
   * @param rows that are learnt from
   * @param epochs over them
   * @param answered rows that are answered, those validated on in each epoch included
   */
  public double seconds(int rows, int epochs, int answered) {
    return start
        + row * (rows + answered * ANSWER)
        + rowEpoch * rows * epochs
        + rowEpoch * ANSWER * answered;
  }

  private static Dataset learnt(Dataset data) {
    return new Dataset(
        data.folder(),
        data.labels(),
        data.train(),
        new DataFile(data.validation().path(), List.of(), data.validation().sha256()),
        new DataFile(data.test().path(), List.of(), data.test().sha256()));
  }

  private static double seconds(
      TextBase base, Way way, Dataset data, int epochs, LongSupplier processorNanos) {
    TuneSettings settings = way.settings();
    long begin = processorNanos.getAsLong();
    try (TunedModel tuned =
        new Tuner(base, settings.withLoop(settings.loop().withEpochs(epochs))).tune(data)) {
      return (processorNanos.getAsLong() - begin) / NANOS;
    }
  }
}
