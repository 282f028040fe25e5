package io.haori.training.pretrain;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.inference.model.TextBase;
import io.haori.model.backbone.Adaptation;
import io.haori.tensor.Scope;
import io.haori.tensor.Seeds;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Weight;
import io.haori.training.checkpoint.Checkpoints;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Trains all weights of a base on texts, as a base is made in the first place. An interrupted run
 * continues from its checkpoint. Modules of domains are learnt by {@link Pretrainer}.
 */
public final class WholeBaseTrainer {
  private final TextBase base;
  private final PretrainSettings settings;
  private PretrainListener listener = PretrainListener.SILENT;
  private BooleanSupplier stopRequested = () -> false;
  private @Nullable Path folder;
  private boolean resume;

  /**
   * Prepares a run.
   *
   * @param base kept in F32; it has its first weights again after the run
   * @param settings what was chosen; their method is not used
   */
  public WholeBaseTrainer(TextBase base, PretrainSettings settings) {
    SequentialPretrainer.requireTrainable(settings);
    this.base = base;
    this.settings = settings.with(settings.objective().resolve(base));
  }

  /** Reports progress to this listener. */
  public WholeBaseTrainer listener(PretrainListener newListener) {
    listener = newListener;
    return this;
  }

  /** Asks before every step whether to stop; then a checkpoint is written and the run ends. */
  public WholeBaseTrainer stopWhen(BooleanSupplier newStopRequested) {
    stopRequested = newStopRequested;
    return this;
  }

  /**
   * Writes checkpoints.
   *
   * @param newFolder where they are
   * @param goOn whether to continue from the one there
   */
  public WholeBaseTrainer checkpoints(Path newFolder, boolean goOn) {
    folder = newFolder;
    resume = goOn;
    return this;
  }

  /**
   * Learns.
   *
   * @param corpus texts, a share of which is measured on
   * @param trained looks at the base while it has the trained weights
   * @return how it went; null when it was interrupted
   */
  public @Nullable DomainResult run(DomainCorpus corpus, Consumer<TextBase> trained) {
    Objective objective = ObjectiveChoice.create(base, settings);
    DomainTexts texts = DomainTexts.of(corpus, objective, base.tokenizer(), settings);
    long seed = Seeds.ofDomain(settings.seed(), corpus.name());
    long most = settings.passTokens(base);
    HeldOut heldOut = new HeldOut(objective, texts.heldOut(), settings, seed, most);
    double start = heldOut.loss(Adaptation.NONE);
    List<Weight> weights = base.backbone().weightsOfLanguageModel();
    try {
      List<Parameter> parameters = new ArrayList<>();
      weights.forEach(weight -> parameters.addAll(weight.makeTrainable()));
      AdapterModule nothing =
          new AdapterModule(corpus.name(), MethodCatalogue.create("frozen", Map.of()), Map.of());
      Checkpoints place =
          folder == null
              ? null
              : new Checkpoints(
                  folder,
                  settings
                      .runSettings()
                      .and(Map.of("start", base.digest(), "domain", corpus.name())));
      try (DomainRun run =
          new DomainRun(
              corpus.name(), settings, objective, texts.train(), nothing, parameters, place)) {
        if (resume) {
          run.resume();
        }
        if (!learn(run, objective, most)) {
          run.save();
          return null;
        }
        LearningDomain domain = new LearningDomain(run, heldOut, texts, start);
        DomainResult result = domain.result(objective);
        trained.accept(base);
        return result;
      }
    } finally {
      weights.forEach(Weight::freeze);
    }
  }

  private boolean learn(DomainRun run, Objective objective, long mostTokens) {
    long began = System.nanoTime();
    long before = run.tokens();
    while (!run.isDone()) {
      if (stopRequested.getAsBoolean()) {
        return false;
      }
      DomainBatch batch = run.begin();
      double loss = 0;
      for (DomainBatch chunk : objective.chunks(batch, mostTokens)) {
        try (Scope scope = Scope.open();
            Tape tape = Tape.recording(settings.precision(), 0)) {
          double part = objective.losses(tape, List.of(chunk), Adaptation.NONE)[0];
          loss += part * chunk.share();
        }
      }
      run.end(loss, objective.vectors(batch));
      if (run.step() % settings.checkpointEverySteps() == 0) {
        run.save();
      }
      double seconds = Math.max(1e-9, (System.nanoTime() - began) / 1e9);
      double speed = (run.tokens() - before) / seconds;
      listener.onStep(run.step(), run.steps(), List.of(run.name()), loss, speed);
    }
    return true;
  }
}
