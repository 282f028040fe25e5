package io.haori.training.baseline;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.analysis.comparison.Answers;
import io.haori.inference.model.TextBase;
import io.haori.training.data.Dataset;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.task.StoredStart;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import io.haori.training.task.answer.Predictions;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Fits one task in several ways, one after another, on one loaded base with one choice of how a run
 * goes. The rows are tokenised once. Not for several threads.
 */
public final class TaskFitter {
  private static final double NANOS_OF_MILLISECOND = 1e6;
  private static final double MILLIS_OF_SECOND = 1000;

  private final TextBase base;
  private final Dataset data;
  private final Function<AdapterMethod, TuneSettings> settings;
  private FitListener listener = FitListener.SILENT;
  private BooleanSupplier stopRequested = () -> false;
  private LongSupplier nanoTime = System::nanoTime;
  private @Nullable TokenizedDataset tokens;

  /**
   * A fitter.
   *
   * @param base frozen; stays open
   * @param data the task's rows
   * @param settings of a method's run; all with one maximal length of texts
   */
  public TaskFitter(TextBase base, Dataset data, Function<AdapterMethod, TuneSettings> settings) {
    this.base = base;
    this.data = data;
    this.settings = settings;
  }

  /** Hears how it goes. */
  public TaskFitter listener(FitListener newListener) {
    listener = newListener;
    return this;
  }

  /** Stops, saved where there is a checkpoint, after the step in which this becomes true. */
  public TaskFitter stopWhen(BooleanSupplier newStopRequested) {
    stopRequested = newStopRequested;
    return this;
  }

  /** Measures time with this clock, which is as {@link System#nanoTime}. */
  public TaskFitter clock(LongSupplier newNanoTime) {
    nanoTime = newNanoTime;
    return this;
  }

  /** Hears of a fitted model before it is closed. */
  @FunctionalInterface
  public interface Fitted {
    /**
     * Looks at the model.
     *
     * @param tuned open until this returns
     * @param predictions for the test rows
     * @param fit its result
     */
    void look(TunedModel tuned, Predictions predictions, TaskFit fit);
  }

  /** The settings of a method. */
  public TuneSettings settings(AdapterMethod method) {
    return settings.apply(method);
  }

  /**
   * Fits and closes the model.
   *
   * @param name of the way, for the listener and the result
   * @param method with its choices
   * @return null when it was stopped
   * @throws io.haori.core.check.UserError when training diverges or the settings do not fit
   */
  public @Nullable TaskFit fit(String name, AdapterMethod method) {
    return fit(name, method, null, false, (tuned, predictions, fit) -> {});
  }

  /**
   * Fits.
   *
   * @param name of the way, for the listener and the result
   * @param method with its choices
   * @param checkpoint folder of checkpoints, null for none
   * @param resume whether to continue from the checkpoint
   * @param fitted looks at the model
   * @return null when it was stopped
   * @throws io.haori.core.check.UserError when training diverges or the settings do not fit
   */
  public @Nullable TaskFit fit(
      String name, AdapterMethod method, @Nullable Path checkpoint, boolean resume, Fitted fitted) {
    return fit(name, settings.apply(method), null, checkpoint, resume, fitted);
  }

  /**
   * Fits with settings of its own.
   *
   * @param name of the way, for the listener and the result
   * @param chosen in place of the usual ones of its method
   * @param fitted hears of the model before it is closed
   * @return null when it was stopped
   */
  public @Nullable TaskFit fit(String name, TuneSettings chosen, Fitted fitted) {
    return fit(name, chosen, null, null, false, fitted);
  }

  /**
   * Fits from a stored model.
   *
   * @param name of the way, for the listener and the result
   * @param from a model on the same base
   * @param fitted looks at the model
   * @return null when it was stopped
   * @throws io.haori.core.check.UserError when training diverges or the settings do not fit
   */
  public @Nullable TaskFit fitFrom(String name, StoredStart from, Fitted fitted) {
    TuneSettings chosen = from.settings(settings.apply(Baselines.lora()), base);
    return fit(name, chosen, from, null, false, fitted);
  }

  private @Nullable TaskFit fit(
      String name,
      TuneSettings chosen,
      @Nullable StoredStart from,
      @Nullable Path checkpoint,
      boolean resume,
      Fitted fitted) {
    long start = nanoTime.getAsLong();
    try (TunedModel tuned = train(name, chosen, from, checkpoint, resume)) {
      if (tuned.training().interrupted()) {
        return null;
      }
      Predictions predictions = Predictions.of(tuned.model(), data.test());
      Answers answers = data.labels().task().comparedBy();
      TaskFit fit =
          new TaskFit(
              name,
              tuned.validation(),
              predictions.scores().byName(),
              answers,
              predictions.truth(),
              predictions.predicted(),
              answers == Answers.SHARES ? predictions.shares().orElseThrow() : new double[0][],
              tuned.trainable(),
              secondsSince(start));
      fitted.look(tuned, predictions, fit);
      return fit;
    }
  }

  private TunedModel train(
      String name,
      TuneSettings chosen,
      @Nullable StoredStart from,
      @Nullable Path checkpoint,
      boolean resume) {
    Tuner tuner =
        new Tuner(base, chosen)
            .startFrom(from)
            .listener(listener.onBegin(name))
            .stopWhen(stopRequested);
    try {
      if (checkpoint != null) {
        tuner.checkpoints(checkpoint, resume);
      }
      return tuner.tune(tokens(chosen.text().maxLength()));
    } finally {
      listener.onEnd(name);
    }
  }

  /** In whole milliseconds. */
  private double secondsSince(long start) {
    return Math.floor((nanoTime.getAsLong() - start) / NANOS_OF_MILLISECOND) / MILLIS_OF_SECOND;
  }

  private TokenizedDataset tokens(int maxLength) {
    TokenizedDataset read = tokens;
    if (read == null) {
      read = TokenizedDataset.of(data, base.reader(), maxLength);
      listener.onRead(read);
      tokens = read;
    }
    return read;
  }
}
