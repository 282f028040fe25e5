package io.haori.cli;

import io.haori.cli.terminal.Progress;
import io.haori.training.comparison.ComparisonListener;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows the plan of a comparison and one bar over all its runs. */
final class ComparisonView implements ComparisonListener, AutoCloseable {
  private final Session session;
  private final CommonOptions common;
  private @Nullable Progress progress;

  ComparisonView(Session session, CommonOptions common) {
    this.session = session;
    this.common = common;
  }

  @Override
  public void onPlan(int runs, int finished, long workDone, long work) {
    String before = finished == 0 ? "" : String.format(Locale.ROOT, ", %d done before", finished);
    session.note(common, String.format(Locale.ROOT, "%d runs%s", runs, before));
    if (finished < runs) {
      progress = session.progress(common, "compare", workDone / 1000, Math.max(1, work / 1000));
    }
  }

  @Override
  public void onProgress(long workDone, String detail) {
    if (progress != null) {
      progress.at(workDone / 1000, detail);
    }
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
