package io.haori.training.pretrain;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Hypergradient;
import io.haori.adapter.spi.StepRule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.adapter.spi.TrainingStrategy.BiLevel;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.tensor.Scope;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.MixedDerivative;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.training.bilevel.BiLevelTask;
import io.haori.training.bilevel.BiLevelTraining;
import io.haori.training.bilevel.Part;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.LoopListener;
import io.haori.training.loop.TrainingResult;
import io.haori.training.optim.ParameterGroup;
import io.haori.training.sidebyside.DomainPlan;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A domain's module that learns at two levels, see {@link BiLevel}: its texts are parted at random
 * into those of the inner and those of the outer level, equal texts in one part. All epochs are
 * learnt; the held-out texts are only measured on.
 */
final class TwoLevelDomain {
  private final Pretrainer trainer;
  private final TextBase base;
  private final PretrainSettings settings;
  private final Objective objective;
  private final DomainCorpus corpus;
  private final BiLevel levels;
  private final long seed;

  TwoLevelDomain(Pretrainer trainer, Objective objective, DomainCorpus corpus, BiLevel levels) {
    require(
        levels.hypergradient() == Hypergradient.FINITE || objective.differentiatesTwice(),
        "hypergradient",
        "finite for the objective " + objective.word(),
        "exact");
    this.trainer = trainer;
    this.base = trainer.base();
    this.settings = trainer.settings();
    this.objective = objective;
    this.corpus = corpus;
    this.levels = levels;
    this.seed = Seeds.ofDomain(settings.seed(), corpus.name());
  }

  /**
   * Learns, and hands the module to the trainer's listener.
   *
   * @param checkpoints where they are written; null for none
   */
  Pretrainer.Outcome run(@Nullable Checkpoints checkpoints) {
    DomainTexts texts = trainer.texts(corpus, objective);
    HeldOut heldOut = trainer.heldOut(corpus, texts, objective);
    double lossStart = heldOut.loss(Adaptation.NONE);
    LoopConfig loop = loop();
    // Differences of gradients are taken in F32 whatever the run's type.
    try (Task task = new Task(trainer.module(corpus), texts.train(), parted());
        var precise = base.backbone().keepIn(DType.F32)) {
      TrainingResult result =
          new BiLevelTraining(
                  loop, task, levels, new Heard(), trainer.stopRequested(), trainer.clock())
              .run(checkpoints, trainer.resumes());
      if (result.interrupted()) {
        return new Pretrainer.Outcome(List.of(), result.tokens(), result.tokensPerSecond(), true);
      }
      DomainResult learnt =
          new DomainResult(
              corpus.name(),
              objective.word(),
              objective.isLikelihood(),
              texts.trainTexts(),
              texts.heldOutTexts(),
              result.steps(),
              result.tokens(),
              lossStart,
              heldOut.loss(task.module),
              texts.unknownShare(),
              texts.piecesPerWord());
      trainer.listener().onModule(learnt, task.module);
      return new Pretrainer.Outcome(
          List.of(learnt), result.tokens(), result.tokensPerSecond(), false);
    }
  }

  private LoopConfig loop() {
    return new LoopConfig(
        settings.epochs(),
        1,
        settings.maxGradientNorm(),
        LoopConfig.DEFAULT.selection(),
        settings.checkpointEverySteps(),
        seed,
        settings.schedule(),
        settings.optimizer());
  }

  private Map<Part, TokenizedRows> parted() {
    Texts texts =
        Texts.of(DomainTexts.parts(corpus, objective, settings).train(), levels.outerShare());
    Map<Part, TokenizedRows> parts = new EnumMap<>(Part.class);
    parts.put(Part.INNER, objective.rows(texts.inner(), base.tokenizer()));
    parts.put(Part.OUTER, objective.rows(texts.outer(), base.tokenizer()));
    return parts;
  }

  /**
   * Texts to learn from, in two parts that have no text in common.
   *
   * @param inner of the lower level
   * @param outer of the upper level
   */
  record Texts(List<String> inner, List<String> outer) {
    /**
     * Parts texts; equal ones are in one part.
     *
     * @param all in an order of chance
     * @param outerShare share of the different ones that is the outer part
     */
    static Texts of(List<String> all, double outerShare) {
      List<String> different = all.stream().distinct().toList();
      require(
          different.size() > 1,
          "training rows",
          "at least 2 different ones for two levels",
          different.size());
      long wanted = Math.round(outerShare * different.size());
      long most = Math.max(1, Math.min(different.size() - 1L, wanted));
      Set<String> outer = different.stream().limit(most).collect(Collectors.toUnmodifiableSet());
      return new Texts(
          all.stream().filter(text -> !outer.contains(text)).toList(),
          all.stream().filter(outer::contains).toList());
    }
  }

  /** Hands steps on. */
  private final class Heard implements LoopListener {
    @Override
    public void onStep(Step step) {
      trainer
          .listener()
          .onStep(
              step.step(),
              step.steps(),
              List.of(corpus.name()),
              step.loss(),
              step.tokensPerSecond());
    }
  }

  /** The module and its rows as two levels see them. Owns the module. */
  private final class Task implements BiLevelTask, AutoCloseable {
    private final AdapterModule module;
    private final StepRule rule;
    private final Map<Part, TokenizedRows> rows = new EnumMap<>(Part.class);
    private final Map<Part, Plan> plans = new EnumMap<>(Part.class);
    private final List<Parameter> upper;

    /** The batches of an epoch. */
    private record Plan(int epoch, List<int[]> batches) {}

    Task(AdapterModule module, TokenizedRows all, Map<Part, TokenizedRows> parts) {
      this.module = module;
      this.rule = module.method().rule(module, seed);
      rows.putAll(parts);
      rows.put(Part.ALL, all);
      upper =
          module.parameters().stream()
              .map(TrainedParameter::parameter)
              .filter(parameter -> levels.isUpper(parameter.name()))
              .toList();
    }

    @Override
    public List<ParameterGroup> lowerGroups() {
      return DomainRun.groups(
          module.parameters().stream()
              .filter(trained -> !levels.isUpper(trained.parameter().name()))
              .toList(),
          List.of());
    }

    @Override
    public List<Parameter> upper() {
      return upper;
    }

    private TokenizedRows of(Part part) {
      TokenizedRows found = rows.get(part);
      if (found == null) {
        throw new IllegalStateException("no rows for " + part);
      }
      return found;
    }

    private List<int[]> plan(Part part, int epoch) {
      Plan known = plans.get(part);
      if (known == null || known.epoch() != epoch) {
        long ofPart = Seeds.of(seed, Purpose.ORDER, number(part));
        known =
            new Plan(
                epoch,
                DomainPlan.epoch(
                    of(part).lengths(), settings.batchSize(), settings.seed(), ofPart, epoch));
        plans.put(part, known);
      }
      return known.batches();
    }

    /** Chance is another one in each part. */
    private static int number(Part part) {
      return switch (part) {
        case INNER -> 0;
        case OUTER -> 1;
        case ALL -> 2;
      };
    }

    private DomainBatch batch(Part part, int epoch, int batch) {
      long ofBatch = Seeds.of(seed, Purpose.PRETRAIN_BATCH, number(part), epoch, batch);
      return objective.batch(of(part), plan(part, epoch).get(batch), ofBatch);
    }

    @Override
    public int batches(Part part, int epoch) {
      return plan(part, epoch).size();
    }

    @Override
    public int tokens(Part part, int epoch, int batch) {
      return Math.toIntExact(batch(part, epoch, batch).counted());
    }

    /** How many tokens are predicted, or texts compared. */
    @Override
    public int rows(Part part, int epoch, int batch) {
      return Math.max(1, objective.vectors(batch(part, epoch, batch)));
    }

    @Override
    public double lossAndGradients(Part part, int epoch, int batch, double lossFactor) {
      return pass(part, epoch, batch, lossFactor, settings.precision());
    }

    @Override
    public void preciseGradients(int epoch, int batch, double lossFactor) {
      pass(Part.INNER, epoch, batch, lossFactor, DType.F32);
    }

    private double pass(Part part, int epoch, int batch, double lossFactor, DType precision) {
      Purpose purpose = part == Part.OUTER ? Purpose.OUTER_BATCH : Purpose.BATCH;
      double loss = 0;
      List<DomainBatch> chunks =
          objective.chunks(batch(part, epoch, batch), settings.passTokens(base));
      for (int at = 0; at < chunks.size(); at++) {
        DomainBatch chunk = chunks.get(at);
        try (Scope scope = Scope.open();
            Tape tape = Tape.recording(precision, Seeds.of(seed, purpose, epoch, batch, at))) {
          List<DomainBatch> alone = List.of(chunk.times(lossFactor));
          loss += chunk.share() * objective.losses(tape, alone, module)[0];
        }
      }
      return loss;
    }

    @Override
    public List<Tensor> mixedDerivative(
        int epoch, int batch, List<Parameter> lower, List<Tensor> direction) {
      List<Tensor> sums = upper.stream().map(one -> one.value().mul(0)).toList();
      List<DomainBatch> chunks =
          objective.chunks(batch(Part.INNER, epoch, batch), settings.passTokens(base));
      for (int at = 0; at < chunks.size(); at++) {
        DomainBatch chunk = chunks.get(at);
        if (objective.vectors(chunk) == 0) {
          continue;
        }
        long ofChunk = Seeds.of(seed, Purpose.BATCH, epoch, batch, at);
        try (Scope scope = Scope.open();
            Tape tape = Tape.twice(DType.F32, ofChunk)) {
          List<Tensor> mixed =
              objective.read(
                  tape,
                  chunk,
                  module,
                  loss -> MixedDerivative.of(tape, loss, lower, direction, upper));
          for (int i = 0; i < mixed.size(); i++) {
            sums.get(i).addScaledInPlace(mixed.get(i), chunk.share());
          }
        }
      }
      return sums;
    }

    @Override
    public StepRule rule() {
      return rule;
    }

    /** Nothing chooses among epochs. */
    @Override
    public Map<String, Double> validate() {
      return Map.of();
    }

    @Override
    public void close() {
      rule.close();
      module.close();
    }
  }
}
