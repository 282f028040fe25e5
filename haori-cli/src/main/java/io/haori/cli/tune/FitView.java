package io.haori.cli.tune;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.inference.model.TextBase;
import io.haori.training.baseline.FitListener;
import io.haori.training.baseline.TaskFitter;
import io.haori.training.data.Dataset;
import io.haori.training.data.Split;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.loop.LoopListener;
import io.haori.training.task.TuneSettings;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Shows each way of fitting a task, and warns where the base can hardly read the rows. */
public final class FitView implements FitListener {
  private final Session session;
  private final CommonOptions common;
  private final @Nullable String base;
  private @Nullable TuningView shown;

  private FitView(Session session, CommonOptions common, @Nullable String base) {
    this.session = session;
    this.common = common;
    this.base = base;
  }

  /**
   * A fitter whose progress is shown.
   *
   * @param session where it is shown
   * @param common may ask for quiet
   * @param base stays open
   * @param data the task's rows
   * @param settings of a method's run
   * @param stopRequested whether to stop
   */
  public static TaskFitter fitter(
      Session session,
      CommonOptions common,
      TextBase base,
      Dataset data,
      Function<AdapterMethod, TuneSettings> settings,
      BooleanSupplier stopRequested) {
    return new TaskFitter(base, data, settings)
        .listener(new FitView(session, common, base.name()))
        .stopWhen(stopRequested)
        .clock(() -> ChronoUnit.NANOS.between(Instant.EPOCH, session.clock().instant()));
  }

  /**
   * Shows the steps alone: of rows about which the command has spoken before.
   *
   * @param session where they are shown
   * @param common may ask for quiet
   */
  static FitListener steps(Session session, CommonOptions common) {
    return new FitView(session, common, null);
  }

  @Override
  public void onRead(TokenizedDataset rows) {
    if (base != null) {
      new UnknownTokenNote(session, common, base).look(rows.coverage(Split.TRAIN));
    }
  }

  @Override
  public LoopListener onBegin(String name) {
    TuningView view = new TuningView(session, common, name);
    shown = view;
    return view;
  }

  @Override
  public void onEnd(String name) {
    if (shown != null) {
      shown.close();
      shown = null;
    }
  }
}
