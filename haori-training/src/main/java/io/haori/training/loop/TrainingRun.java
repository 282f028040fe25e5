package io.haori.training.loop;

import io.haori.core.check.UserError;
import io.haori.inference.folder.EpochResult;
import io.haori.tensor.FreeMemory;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.group.ReduceGroup;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.checkpoint.Progress;
import io.haori.training.optim.AdamW;
import io.haori.training.optim.OptimizerStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One run of a {@link TrainingLoop}: its state, and its next step. */
final class TrainingRun implements AutoCloseable {
  /**
   * Checkpoints of a run.
   *
   * @param checkpoints with all settings
   * @param resume whether to continue from the one there
   */
  record CheckpointUse(Checkpoints checkpoints, boolean resume) {}

  private static final double NANOS = 1e9;

  private final LoopConfig config;
  private final TrainingTask task;
  private final AdamW optimizer;
  private final OptimizerStep optimizerStep;
  private final LoopListener listener;
  private final BooleanSupplier stopRequested;
  private final LongSupplier nanoTime;
  private final @Nullable CheckpointUse saved;
  private final int steps;
  private final long start;
  private final FreeMemory freeMemory;

  private Progress before = Progress.START;
  private int step;

  /** Counted from 1, as in all that is reported. */
  private int epoch = 1;

  private int batch;
  private double lossSum;
  private long tokens;
  private long stepNanos;
  private int bestEpoch;
  private final List<EpochResult> history = new ArrayList<>();
  private @Nullable Tensor best;

  /** Steps done when the present checkpoint was written; -1 when this run has none. */
  private int savedStep = -1;

  private int savedEpoch;

  /** Batches of the present step and how many of them were taken; 0 between steps. */
  private int parts;

  private int part;
  private int stepRows;
  private double stepLoss;
  private long began;
  private boolean interrupted;
  private ReduceGroup group = ReduceGroup.ALONE;

  /** Whether a member of the group is asked to stop. */
  private boolean groupStops;

  TrainingRun(
      LoopConfig config,
      TrainingTask task,
      AdamW optimizer,
      LoopListener listener,
      BooleanSupplier stopRequested,
      LongSupplier nanoTime,
      @Nullable CheckpointUse saved) {
    this.config = config;
    this.task = task;
    this.optimizer = optimizer;
    this.optimizerStep =
        new OptimizerStep(
            optimizer,
            config.optimizer().learningRate(),
            config.schedule(),
            config.maxGradientNorm(),
            task.rule(),
            (at, what, rate) -> diverged(at, epoch, what + " at learning rate " + rate));
    this.listener = listener;
    this.stopRequested = stopRequested;
    this.nanoTime = nanoTime;
    this.saved = saved;
    this.steps = config.steps(task);
    this.start = nanoTime.getAsLong();
    this.freeMemory = new FreeMemory(start);
  }

  /** Adds up with the other members of a group, whose parameters become those of the member 0. */
  void in(ReduceGroup newGroup) {
    group = newGroup;
    group.copyFirst(optimizer.values());
  }

  /** Trains until the last epoch is done, patience runs out or a stop is requested. */
  TrainingResult toEnd() {
    begin();
    while (wantsBatch()) {
      try (Scope scope = Scope.open()) {
        took(task.lossAndGradients(epoch(), batch(), share()));
      }
    }
    return end();
  }

  /** Continues from its checkpoint, if it is to. */
  void begin() {
    if (saved == null || !saved.resume()) {
      return;
    }
    try (Scope scope = Scope.open()) {
      saved
          .checkpoints()
          .load(optimizer, task.rule().state())
          .ifPresent(
              loaded -> {
                task.rule().restore(loaded.ruleState());
                goOnFrom(loaded);
              });
    }
  }

  /**
   * Whether the gradients of a batch are wanted: that of {@link #epoch} and {@link #batch}, times
   * {@link #share}. Ends an epoch that has no more batches. False when the last epoch is done,
   * patience ran out or a stop was requested.
   */
  boolean wantsBatch() {
    if (part < parts) {
      return true;
    }
    while (epoch <= config.epochs() && !patienceRanOut()) {
      int batches = task.batches(epoch - 1);
      if (batch < batches) {
        if (group.size() > 1 ? groupStops : stopRequested.getAsBoolean()) {
          save();
          interrupted = true;
          return false;
        }
        beginStep(Math.min(config.accumulation(), batches - batch));
        return true;
      }
      finishEpoch(batches);
      save();
    }
    return false;
  }

  /** The epoch of the batch that is wanted, counted from 0. */
  int epoch() {
    return epoch - 1;
  }

  /** The batch that is wanted, counted from 0. */
  int batch() {
    return batch + part;
  }

  /** What multiplies its gradients: every row of a step weighs the same, however it is cut. */
  double share() {
    return (double) task.rows(epoch(), batch()) / stepRows;
  }

  private void beginStep(int newParts) {
    began = nanoTime.getAsLong();
    optimizer.zeroGradients();
    parts = newParts;
    part = 0;
    stepRows = rows(batch, batch + parts);
    stepLoss = 0;
  }

  /**
   * The gradients of the wanted batch are there; after the last one of a step the parameters move.
   *
   * @param loss of the batch, a mean over its rows
   */
  void took(double loss) {
    stepLoss += share() * loss;
    if (group.size() == 1) {
      optimizerStep.requireFinite("loss", stepLoss, step, steps);
    }
    tokens += task.tokens(epoch(), batch());
    part++;
    if (part == parts) {
      endStep();
    }
  }

  /** Gradients and loss of the step, of all members. */
  private void addUp() {
    double[] sums = {stepLoss, stopRequested.getAsBoolean() ? 1 : 0};
    group.sum(sums);
    stepLoss = sums[0];
    groupStops = sums[1] > 0;
    // Of all at once: where one alone refused, the others would wait for it.
    optimizerStep.requireFinite("loss", stepLoss, step, steps);
    group.sum(optimizer.gradients());
  }

  private void endStep() {
    if (group.size() > 1) {
      addUp();
    }
    OptimizerStep.Taken taken = optimizerStep.take(step, steps);
    step++;
    batch += parts;
    parts = 0;
    part = 0;
    lossSum += stepLoss * stepRows;
    long ended = nanoTime.getAsLong();
    stepNanos += ended - began;
    freeMemory.releaseNowAndThen(ended);
    listener.onStep(
        new LoopListener.Step(
            step,
            steps,
            epoch,
            config.epochs(),
            stepLoss,
            taken.gradientNorm(),
            taken.learningRate(),
            (tokens - before.tokens()) / Math.max(stepNanos / NANOS, 1e-9),
            secondsHere() / (step - before.step()) * (steps - step),
            task.waits()));
    int every = config.checkpointEverySteps();
    if (every > 0 && step % every == 0 && batch < task.batches(epoch())) {
      save();
    }
  }

  /** How it went; the parameters are those of the best epoch, or the last when interrupted. */
  TrainingResult end() {
    if (best != null && !interrupted) {
      optimizer.values().copyInPlace(best);
    }
    return result(interrupted);
  }

  /** Rows of some batches of this epoch. */
  private int rows(int from, int to) {
    int rows = 0;
    for (int one = from; one < to; one++) {
      rows = Math.addExact(rows, task.rows(epoch - 1, one));
    }
    return rows;
  }

  private void finishEpoch(int batches) {
    group.copyFirst(optimizer.values());
    requireFiniteValues(epoch);
    Map<String, Double> metrics;
    try (Scope scope = Scope.open()) {
      metrics = ofFirst(task.validate());
    }
    EpochResult result = new EpochResult(epoch, lossSum / rows(0, batches), metrics);
    boolean better = isBest(metrics);
    history.add(result);
    if (better) {
      bestEpoch = epoch;
      keepBest();
    }
    epoch++;
    batch = 0;
    lossSum = 0;
    listener.onEpoch(result, better);
  }

  /** All members go by the scores of the member 0, whatever their processors round. */
  private Map<String, Double> ofFirst(Map<String, Double> metrics) {
    if (group.size() == 1) {
      return metrics;
    }
    double[] values = metrics.values().stream().mapToDouble(Double::doubleValue).toArray();
    group.copyFirst(values);
    Map<String, Double> first = new LinkedHashMap<>();
    for (String name : metrics.keySet()) {
      first.put(name, values[first.size()]);
    }
    return first;
  }

  private boolean isBest(Map<String, Double> metrics) {
    Selection selection = config.selection();
    if (!task.rule().isComplete()) {
      return false;
    }
    if (metrics.isEmpty()) {
      if (selection.patience() > 0) {
        throw new UserError(
            "training.patience must be 0 when there is nothing to validate on, got "
                + selection.patience());
      }
      return false;
    }
    Double value = metrics.get(selection.metric());
    if (value == null) {
      throw new UserError(
          "training.metric must be one of " + metrics.keySet() + ", got " + selection.metric());
    }
    if (bestEpoch == 0) {
      return true;
    }
    Double bestValue = history.get(bestEpoch - 1).metrics().get(selection.metric());
    return bestValue == null || selection.isBetter(value, bestValue);
  }

  private void keepBest() {
    try (Scope scope = Scope.open()) {
      if (best == null) {
        best = optimizer.values().copy().retain();
      } else {
        best.copyInPlace(optimizer.values());
      }
    }
  }

  private boolean patienceRanOut() {
    int patience = config.selection().patience();
    return patience > 0 && bestEpoch > 0 && history.size() - bestEpoch >= patience;
  }

  private void requireFiniteValues(int atEpoch) {
    if (!optimizer.valuesAreFinite()) {
      throw diverged(step, atEpoch, "a parameter is not finite");
    }
  }

  private UserError diverged(int atStep, int atEpoch, String what) {
    String kept =
        saved == null || savedStep < 0
            ? "no checkpoint was written before"
            : "the last good checkpoint is "
                + saved.checkpoints().folder()
                + ", after step "
                + savedStep;
    return new UserError(
        "training stopped at step %d of %d (epoch %d): %s; try a lower training.learningRate than %s; %s"
            .formatted(atStep, steps, atEpoch, what, config.optimizer().learningRate(), kept));
  }

  private void save() {
    if (saved == null || (savedStep == step && savedEpoch == epoch)) {
      return;
    }
    // Between two epochs the next one is current already.
    requireFiniteValues(batch == 0 ? epoch - 1 : epoch);
    savedStep = step;
    savedEpoch = epoch;
    if (group.rank() > 0) {
      // All members have the same numbers.
      return;
    }
    try (Scope scope = Scope.open()) {
      saved.checkpoints().write(progress(), optimizer, best, task.rule().state());
    }
    listener.onCheckpoint(step, saved.checkpoints().folder());
  }

  private void goOnFrom(Checkpoints.Loaded loaded) {
    before = loaded.progress();
    step = before.step();
    epoch = before.epoch();
    batch = before.batch();
    lossSum = before.lossSum();
    tokens = before.tokens();
    bestEpoch = before.bestEpoch();
    history.addAll(before.history());
    best = loaded.best();
    savedStep = step;
    savedEpoch = epoch;
  }

  private Progress progress() {
    return new Progress(
        step, epoch, batch, lossSum, tokens, seconds(), stepSeconds(), bestEpoch, history);
  }

  private TrainingResult result(boolean interrupted) {
    return new TrainingResult(
        history.size(),
        bestEpoch,
        history,
        step,
        tokens,
        seconds(),
        tokens / Math.max(stepSeconds(), 1e-9),
        !interrupted && history.size() < config.epochs(),
        interrupted);
  }

  private double secondsHere() {
    return (nanoTime.getAsLong() - start) / NANOS;
  }

  private double seconds() {
    return before.seconds() + secondsHere();
  }

  private double stepSeconds() {
    return before.stepSeconds() + stepNanos / NANOS;
  }

  @Override
  public void close() {
    if (best != null) {
      best.close();
      best = null;
    }
  }
}
