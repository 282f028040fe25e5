package io.haori.cli.tune;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.inference.model.TextBase;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.task.Predictions;
import io.haori.training.task.TuneSettings;
import io.haori.training.task.TunedModel;
import io.haori.training.task.Tuner;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Fits one task in several ways, on one loaded base with one choice of how a run goes. */
public final class TaskFitter {
  private final Session session;
  private final CommonOptions common;
  private final TextBase base;
  private final Dataset data;
  private final Function<AdapterMethod, TuneSettings> settings;
  private final BooleanSupplier stopRequested;
  private @Nullable TokenizedDataset tokens;

  public TaskFitter(
      Session session,
      CommonOptions common,
      TextBase base,
      Dataset data,
      Function<AdapterMethod, TuneSettings> settings,
      BooleanSupplier stopRequested) {
    this.session = session;
    this.common = common;
    this.base = base;
    this.data = data;
    this.settings = settings;
    this.stopRequested = stopRequested;
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

  /** Fits and forgets the model; null when it was interrupted. */
  public @Nullable TaskFit fit(String name, AdapterMethod method) {
    return fit(name, method, null, false, (tuned, predictions, fit) -> {});
  }

  /**
   * Fits.
   *
   * @param name what progress calls it
   * @param method with its choices
   * @param checkpoint folder of checkpoints, null for none
   * @param resume whether to continue from the checkpoint
   * @param fitted looks at the model
   * @return null when it was interrupted
   */
  public @Nullable TaskFit fit(
      String name, AdapterMethod method, @Nullable Path checkpoint, boolean resume, Fitted fitted) {
    Instant start = session.clock().instant();
    try (TuningView view = new TuningView(session, common, name)) {
      TuneSettings chosen = settings.apply(method);
      Tuner tuner = new Tuner(base, chosen).listener(view).stopWhen(stopRequested);
      if (checkpoint != null) {
        tuner.checkpoints(checkpoint, resume);
      }
      try (TunedModel tuned = tuner.tune(tokens(chosen.text().maxLength()))) {
        view.close();
        if (tuned.training().interrupted()) {
          return null;
        }
        Predictions predictions = Predictions.of(tuned.model(), data.test());
        TaskFit fit =
            new TaskFit(
                name,
                tuned.validation(),
                predictions.scores().byName(),
                data.labels().task().comparedBy(),
                predictions.truth(),
                predictions.predicted(),
                tuned.trainable(),
                session.secondsSince(start));
        fitted.look(tuned, predictions, fit);
        return fit;
      }
    }
  }

  /** The rows as the base reads them: once for all ways, with a warning where it can hardly. */
  private TokenizedDataset tokens(int maxLength) {
    TokenizedDataset read = tokens;
    if (read == null) {
      read = TokenizedDataset.of(data, base.tokenizer(), maxLength);
      new UnknownTokenNote(session, common, base.name()).look(read.coverage(Split.TRAIN));
      tokens = read;
    }
    return read;
  }
}
