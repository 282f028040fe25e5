package io.haori.cli.session;

import io.haori.analysis.report.Figures;
import io.haori.cli.terminal.Progress;
import io.haori.inference.tokens.TextCoverage;
import io.haori.training.comparison.ComparisonListener;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows the plan of a comparison and one bar over all its runs. */
public final class ComparisonView implements ComparisonListener, AutoCloseable {
  private final Session session;
  private final CommonOptions common;
  private final String task;
  private long before;
  private long all;
  private @Nullable Progress progress;

  public ComparisonView(Session session, CommonOptions common) {
    this(session, common, "compare");
  }

  public ComparisonView(Session session, CommonOptions common, String task) {
    this.task = task;
    this.session = session;
    this.common = common;
  }

  @Override
  public void onTexts(String base, TextCoverage training) {
    new UnknownTokenNote(session, common, base).look(training);
  }

  @Override
  public void onPlan(int runs, int finished, long workDone, long work) {
    String doneBefore =
        finished == 0 ? "" : String.format(Locale.ROOT, ", %d done before", finished);
    session.note(common, String.format(Locale.ROOT, "%d runs%s", runs, doneBefore));
    before = workDone;
    all = work;
  }

  @Override
  public void onEstimate(double seconds) {
    session.note(common, "about " + Figures.SECONDS.text(seconds) + " to go");
  }

  @Override
  public void onProgress(long workDone, String detail) {
    Progress shown = progress;
    if (shown == null) {
      shown = session.progress(common, task, before / 1000, Math.max(1, all / 1000));
      progress = shown;
    }
    shown.at(workDone / 1000, detail);
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
