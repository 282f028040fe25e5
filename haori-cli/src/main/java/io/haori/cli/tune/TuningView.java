package io.haori.cli.tune;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.Progress;
import io.haori.training.loop.LoopListener;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows how training goes: step, loss, tokens a second, time left. */
public final class TuningView implements LoopListener, AutoCloseable {
  private final Session session;
  private final CommonOptions common;
  private final String task;
  private @Nullable Progress progress;

  /**
   * A view.
   *
   * @param task what is done, in a word or two
   */
  public TuningView(Session session, CommonOptions common, String task) {
    this.session = session;
    this.common = common;
    this.task = task;
  }

  @Override
  public void onStep(Step step) {
    Progress shown = progress;
    if (shown == null) {
      shown = session.progress(common, task, step.step() - 1, step.steps());
      progress = shown;
    }
    shown.at(
        step.step(),
        String.format(
            Locale.ROOT,
            "epoch %d/%d, loss %.3f, %,.0f tokens/s",
            step.epoch(),
            step.epochs(),
            step.loss(),
            step.tokensPerSecond()),
        step.loss());
  }

  @Override
  public void onStage(String stage, boolean kept, double before, double after) {
    close();
    session.note(
        common,
        String.format(
            Locale.ROOT,
            "Stage %s took validation from %.4f to %.4f%s.",
            stage,
            before,
            after,
            kept ? "" : " and is undone"));
  }

  @Override
  public void onNote(String sentence) {
    session.note(common, sentence);
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
