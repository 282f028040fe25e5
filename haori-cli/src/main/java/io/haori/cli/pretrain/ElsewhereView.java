package io.haori.cli.pretrain;

import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.cli.terminal.Progress;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.PretrainElsewhere;
import org.jspecify.annotations.Nullable;

/** Shows one bar over all modules that are learnt elsewhere. */
final class ElsewhereView implements PretrainElsewhere.Listener, AutoCloseable {
  private final Session session;
  private final CommonOptions common;
  private final String base;
  private @Nullable Progress progress;

  ElsewhereView(Session session, CommonOptions common, String base) {
    this.session = session;
    this.common = common;
    this.base = base;
  }

  @Override
  public void onProgress(long done, long all, int busy) {
    Progress shown = progress;
    if (shown == null) {
      shown = session.progress(common, "pretrain", 0, Math.max(1, all));
      progress = shown;
    }
    shown.at(done, busy == 0 ? "waiting for a worker" : busy + " domains");
  }

  @Override
  public void onModule(DomainResult result) {
    if (result.seemsForeign()) {
      session
          .console()
          .err()
          .println(
              UnknownTokenNote.foreign(
                  base, result.name(), result.unknownShare(), result.piecesPerWord()));
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
