package io.haori.cli.tune;

import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.session.CommonOptions;
import io.haori.cli.session.Session;
import io.haori.cli.terminal.Progress;
import io.haori.inference.model.TextBase;
import io.haori.training.data.DataFile;
import io.haori.training.data.PromptedDataset;
import io.haori.training.pretrain.DomainCorpus;
import io.haori.training.pretrain.DomainResult;
import io.haori.training.pretrain.LearntModule;
import io.haori.training.pretrain.PretrainListener;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.pretrain.Pretrainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A decoder and the rows that it learns to answer, with progress and checkpoints. */
public final class AnswerLearning implements AutoCloseable {
  /** What the module is called within its folder's files. */
  private static final String NAME = "answers";

  private final Session session;
  private final CommonOptions common;
  private final String command;
  private final TextBase base;
  private final DomainCorpus corpus;
  private final Path checkpoints;
  private final boolean resume;
  private final BooleanSupplier stopRequested;
  private @Nullable Progress progress;
  private double tokensPerSecond;

  /**
   * Prepares it.
   *
   * @param session what the command runs in
   * @param common says whether it is quiet
   * @param command its name, for the bar
   * @param base stays open
   * @param data prompts and answers
   * @param checkpoints folder of what an interrupted run continues from
   * @param resume whether it is to continue
   * @param stopRequested asked before every step
   */
  AnswerLearning(
      Session session,
      CommonOptions common,
      String command,
      TextBase base,
      PromptedDataset data,
      Path checkpoints,
      boolean resume,
      BooleanSupplier stopRequested) {
    this.session = session;
    this.common = common;
    this.command = command;
    this.base = base;
    this.checkpoints = checkpoints;
    this.resume = resume;
    this.stopRequested = stopRequested;
    DataFile validation = data.validation();
    this.corpus =
        new DomainCorpus(
            NAME, List.of(data.train()), validation == null ? List.of() : List.of(validation));
  }

  /** The decoder. */
  public TextBase base() {
    return base;
  }

  /** Its rows: those to learn from and those to measure on. */
  public DomainCorpus corpus() {
    return corpus;
  }

  /** Whether it is to stop. */
  public boolean isStopRequested() {
    return stopRequested.getAsBoolean();
  }

  /** Tokens of text a second of the last training; 0 before the first step. */
  double tokensPerSecond() {
    return tokensPerSecond;
  }

  /**
   * Trains a module.
   *
   * @param settings of the causal objective
   * @param way name of its checkpoint, where several are learnt; empty for a single one
   * @param done is handed what was learnt
   * @return false when it was interrupted, which saves what there is
   */
  public boolean train(PretrainSettings settings, String way, Consumer<AnswerWay.Learnt> done) {
    Pretrainer trainer = new Pretrainer(base, settings);
    Path place = way.isEmpty() ? checkpoints : checkpoints.resolve(way);
    try {
      return !trainer
          .listener(new Trained(trainer, done))
          .stopWhen(stopRequested)
          .checkpoints(domain -> place, resume)
          .run(List.of(corpus))
          .interrupted();
    } finally {
      close();
    }
  }

  /** Shows how it goes and hands the module over. */
  private final class Trained implements PretrainListener {
    private final Pretrainer trainer;
    private final Consumer<AnswerWay.Learnt> done;

    Trained(Pretrainer trainer, Consumer<AnswerWay.Learnt> done) {
      this.trainer = trainer;
      this.done = done;
    }

    @Override
    public void onStep(
        int step, int total, List<String> active, double loss, double newTokensPerSecond) {
      tokensPerSecond = newTokensPerSecond;
      Progress shown = progress;
      if (shown == null) {
        shown = session.progress(common, command, step - 1L, total);
        progress = shown;
      }
      shown.at(
          step, String.format(Locale.ROOT, "loss %.4g, %,.0f tokens/s", loss, newTokensPerSecond));
    }

    @Override
    public void onModule(DomainResult result, AdapterModule module) {
      PretrainSettings settings = trainer.settings();
      done.accept(
          new AnswerWay.Learnt(
              settings.method().name(),
              settings.byName(),
              trainer.settings(corpus),
              settings.epochs(),
              LearntModule.trainable(base, module),
              result,
              module,
              settings));
    }
  }

  /** Closes the bar. */
  @Override
  public void close() {
    Progress shown = progress;
    if (shown != null) {
      shown.close();
      progress = null;
    }
  }
}
