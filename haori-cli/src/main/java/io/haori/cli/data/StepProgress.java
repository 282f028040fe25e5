package io.haori.cli.data;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.Progress;
import org.jspecify.annotations.Nullable;

/** Progress of a training, shown from its first step on, when it is known how many there are. */
final class StepProgress implements AutoCloseable {
  private final Session session;
  private final CommonOptions common;
  private final String task;
  private @Nullable Progress progress;

  /**
   * Nothing is shown yet.
   *
   * @param task what is done, in a word or two
   */
  StepProgress(Session session, CommonOptions common, String task) {
    this.session = session;
    this.common = common;
    this.task = task;
  }

  /** Shows a step, counted from 1. */
  void at(long step, long steps, String detail) {
    Progress shown = progress;
    if (shown == null) {
      shown = session.progress(common, task, step - 1, steps);
      progress = shown;
    }
    shown.at(step, detail);
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
