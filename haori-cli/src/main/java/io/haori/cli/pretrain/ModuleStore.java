package io.haori.cli.pretrain;

import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.session.UnknownTokenNote;
import io.haori.cli.terminal.Progress;
import io.haori.inference.model.TextBase;
import io.haori.training.pretrain.DomainCorpus;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.LearntModule;
import io.haori.training.pretrain.PretrainListener;
import io.haori.training.pretrain.Pretrainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows how pre-training goes and stores each module as soon as it is done. */
public final class ModuleStore implements PretrainListener, AutoCloseable {
  private final Session session;
  private final CommonOptions common;
  private final Pretrainer trainer;
  private final TextBase base;
  private final List<DomainCorpus> corpora;
  private final Path out;
  private @Nullable Progress progress;

  public ModuleStore(
      Session session,
      CommonOptions common,
      Pretrainer trainer,
      TextBase base,
      List<DomainCorpus> corpora,
      Path out) {
    this.session = session;
    this.common = common;
    this.trainer = trainer;
    this.base = base;
    this.corpora = corpora;
    this.out = out;
  }

  @Override
  public void onStep(
      int done, int total, List<String> active, double loss, double tokensPerSecond) {
    Progress shown = progress;
    if (shown == null) {
      shown = session.progress(common, "pretrain", done - active.size(), total);
      progress = shown;
    }
    shown.at(
        done,
        String.format(
            Locale.ROOT,
            "%s, loss %.4g, %,.0f tokens/s",
            active.size() > 2 ? active.size() + " domains" : String.join(" and ", active),
            loss,
            tokensPerSecond));
  }

  @Override
  public void onForeign(String domain, double unknownShare, double piecesPerWord) {
    session
        .console()
        .err()
        .println(UnknownTokenNote.foreign(base.name(), domain, unknownShare, piecesPerWord));
  }

  @Override
  public void onModule(DomainResult result, AdapterModule module) {
    for (DomainCorpus corpus : corpora) {
      if (corpus.name().equals(result.name())) {
        LearntModule.save(out.resolve(result.name()), trainer, base, corpus, result, module);
      }
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
