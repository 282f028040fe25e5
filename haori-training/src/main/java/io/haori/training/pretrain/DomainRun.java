package io.haori.training.pretrain;

import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.StepRule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.check.UserError;
import io.haori.inference.folder.EpochResult;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Slot;
import io.haori.tensor.Scope;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.grad.Parameter;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.checkpoint.Progress;
import io.haori.training.optim.AdamW;
import io.haori.training.optim.OptimizerStep;
import io.haori.training.optim.ParameterGroup;
import io.haori.training.sidebyside.DomainPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One domain's training: its parameters, optimizer, schedule, place in its epochs. Nothing in it
 * depends on the domains beside it. Owns the module and the optimizer.
 */
final class DomainRun implements AutoCloseable {
  private final String name;
  private final PretrainSettings settings;
  private final Objective objective;
  private final TokenizedRows rows;
  private final long seed;
  private final AdapterModule module;
  private final AdamW optimizer;
  private final StepRule rule;
  private final OptimizerStep optimizerStep;
  private final @Nullable Checkpoints checkpoints;
  private final int batchesPerEpoch;
  private final List<EpochResult> history = new ArrayList<>();
  private List<int[]> plan;
  private int step;
  private int epoch = 1;
  private int batch;
  private double lossSum;
  private long lossWeights;
  private long tokens;

  /** Takes the module over. */
  DomainRun(
      String name,
      PretrainSettings settings,
      Objective objective,
      TokenizedRows rows,
      AdapterModule module,
      List<Parameter> more,
      @Nullable Checkpoints checkpoints) {
    this.name = name;
    this.settings = settings;
    this.objective = objective;
    this.rows = rows;
    this.seed = Seeds.ofDomain(settings.seed(), name);
    this.module = module;
    this.optimizer = new AdamW(settings.optimizer(), groups(module.parameters(), more));
    this.rule = module.method().rule(module, seed);
    this.optimizerStep =
        new OptimizerStep(
            optimizer,
            settings.optimizer().learningRate(),
            settings.schedule(),
            settings.maxGradientNorm(),
            rule,
            this::diverged);
    this.checkpoints = checkpoints;
    this.plan = planOf(1);
    this.batchesPerEpoch = plan.size();
  }

  /**
   * What an optimizer moves, by how fast it learns.
   *
   * @param parameters of a module
   * @param more that learn at the run's rate
   */
  static List<ParameterGroup> groups(List<TrainedParameter> parameters, List<Parameter> more) {
    Map<Double, List<Parameter>> byRate = new LinkedHashMap<>();
    for (TrainedParameter trained : parameters) {
      byRate
          .computeIfAbsent(trained.learningRateFactor(), rate -> new ArrayList<>())
          .add(trained.parameter());
    }
    if (!more.isEmpty()) {
      byRate.computeIfAbsent(1.0, rate -> new ArrayList<>()).addAll(more);
    }
    List<ParameterGroup> groups = new ArrayList<>();
    byRate.forEach(
        (rate, some) -> groups.add(new ParameterGroup("rate x " + rate, some, rate, 1.0)));
    return groups;
  }

  private List<int[]> planOf(int oneEpoch) {
    return DomainPlan.epoch(
        rows.lengths(), settings.batchSize(), settings.seed(), seed, oneEpoch - 1);
  }

  String name() {
    return name;
  }

  AdapterModule module() {
    return module;
  }

  /**
   * The module as it is kept.
   *
   * @param slots all slots of the base
   * @return {@link #module} itself, or another one that the caller owns
   */
  AdapterModule finished(List<Slot> slots) {
    return module.method().finished(module, slots);
  }

  long tokens() {
    return tokens;
  }

  int step() {
    return step;
  }

  /** Where the dropout of the next step's adapters begins. */
  long stepSeed() {
    return Seeds.of(seed, Purpose.BATCH, step);
  }

  int rows() {
    return rows.size();
  }

  /** Steps of the whole training. */
  int steps() {
    return batchesPerEpoch * settings.epochs();
  }

  /** Tokens that the base reads in a step on average. */
  long tokensOfStep() {
    return rows.tokens() * objective.readings() / batchesPerEpoch;
  }

  /** Tokens that the base will yet read. */
  long tokensLeft() {
    return tokensOfStep() * (steps() - step);
  }

  boolean isDone() {
    return step >= steps();
  }

  /** Continues from its checkpoint, if there is one. */
  void resume() {
    if (checkpoints == null) {
      return;
    }
    checkpoints
        .load(optimizer, rule.state())
        .ifPresent(
            loaded -> {
              rule.restore(loaded.ruleState());
              Progress progress = loaded.progress();
              step = progress.step();
              epoch = progress.epoch();
              batch = progress.batch();
              lossSum = progress.lossSum();
              tokens = progress.tokens();
              history.addAll(progress.history());
              if (epoch <= settings.epochs()) {
                plan = planOf(epoch);
              }
              // A function of the seed, so that no checkpoint has to hold it.
              for (int done = 0; done < batch; done++) {
                lossWeights += objective.vectors(batchOf(done));
              }
            });
  }

  private DomainBatch batchOf(int index) {
    return objective.batch(
        rows, plan.get(index), Seeds.of(seed, Purpose.PRETRAIN_BATCH, epoch, index));
  }

  /** The next batch, with gradients at zero to add to. */
  DomainBatch begin() {
    optimizer.zeroGradients();
    DomainBatch next = batchOf(batch);
    tokens += next.counted();
    return next;
  }

  /**
   * Moves the parameters along the gradients of the batch that was begun.
   *
   * @param loss of the batch
   * @param weight how many places to predict, or texts, it is the mean of
   */
  void end(double loss, int weight) {
    optimizerStep.requireFinite("loss", loss, step, steps());
    optimizerStep.take(step, steps());
    step++;
    batch++;
    lossSum += loss * weight;
    lossWeights += weight;
    if (batch == batchesPerEpoch) {
      optimizerStep.requireFiniteValues(step, steps());
      history.add(new EpochResult(epoch, lossSum / Math.max(1, lossWeights), Map.of()));
      epoch++;
      batch = 0;
      lossSum = 0;
      lossWeights = 0;
      if (epoch <= settings.epochs()) {
        plan = planOf(epoch);
      }
    }
  }

  private UserError diverged(int atStep, String what, double rate) {
    return new UserError(
        "pre-training of %s stopped at step %d of %d: %s at learning rate %s; try a lower training.learningRate than %s"
            .formatted(name, atStep, steps(), what, rate, settings.optimizer().learningRate()));
  }

  /** Writes its checkpoint, where it has a place for it. */
  void save() {
    if (checkpoints != null) {
      Progress progress = new Progress(step, epoch, batch, lossSum, tokens, 0, 0, 0, history);
      try (Scope scope = Scope.open()) {
        checkpoints.write(progress, optimizer, null, rule.state());
      }
    }
  }

  @Override
  public void close() {
    optimizer.close();
    rule.close();
    module.close();
  }
}
