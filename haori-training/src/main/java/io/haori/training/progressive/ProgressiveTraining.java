package io.haori.training.progressive;

import io.haori.adapter.spi.Stage;
import io.haori.inference.folder.EpochResult;
import io.haori.tensor.Scope;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.checkpoint.Progress;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.loop.LoopConfig;
import io.haori.training.loop.LoopListener;
import io.haori.training.loop.Selection;
import io.haori.training.loop.TrainingLoop;
import io.haori.training.loop.TrainingResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Trains a task in stages. Each stage is a run of {@link TrainingLoop} over the parameters that it
 * moves, with its own epochs, learning rate and early stopping, and ends with its best epoch. A
 * stage whose best epoch does not beat what was there before it is undone, unless it is required.
 */
public final class ProgressiveTraining {
  private final LoopConfig config;
  private final StagedTask task;
  private final List<Stage> stages;
  private final LoopListener listener;
  private final BooleanSupplier stopRequested;
  private final LongSupplier nanoTime;

  /**
   * A training.
   *
   * @param config what the stages share; its epochs and patience are those of the stages
   * @param task what is trained
   * @param stages in their order
   * @param listener hears how it goes
   * @param stopRequested asked before every step
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  public ProgressiveTraining(
      LoopConfig config,
      StagedTask task,
      List<Stage> stages,
      LoopListener listener,
      BooleanSupplier stopRequested,
      LongSupplier nanoTime) {
    this.config = config;
    this.task = task;
    this.stages = List.copyOf(stages);
    this.listener = listener;
    this.stopRequested = stopRequested;
    this.nanoTime = nanoTime;
  }

  /**
   * Trains.
   *
   * @param checkpoints to write; null for none
   * @param resume continues from what is there; with as many threads, in the same bits as if it had
   *     never stopped
   * @return how it went, over all stages; the epochs of a stage that was undone count, too
   */
  public TrainingResult run(@Nullable Checkpoints checkpoints, boolean resume) {
    Checkpoints complete = checkpoints == null ? null : checkpoints.withSettings(settings());
    StageJournal journal = new StageJournal(complete, task, stages.size());
    if (!resume) {
      journal.clear();
    }
    StageJournal.Entry entry =
        journal.read().orElseGet(() -> new StageJournal.Entry(0, metric(), Progress.START));
    while (entry.done() < stages.size()) {
      TrainingResult result;
      try (Snapshot before = new Snapshot(task.parameterGroups(), task.rule())) {
        result = runStage(entry, journal, resume);
        if (result.interrupted()) {
          return whole(after(entry, result, entry.metric(), false).progress(), true);
        }
        entry = judged(entry, result, before);
      }
      journal.write(entry);
    }
    return whole(entry.progress(), false);
  }

  private TrainingResult runStage(StageJournal.Entry entry, StageJournal journal, boolean resume) {
    Stage stage = stages.get(entry.done());
    int epochsBefore = epochs(entry.done());
    LoopConfig ofStage =
        config
            .withEpochs(stage.epochs())
            .withSelection(config.selection().withPatience(stage.patience()))
            .withOptimizer(
                config
                    .optimizer()
                    .withLearningRate(
                        config.optimizer().learningRate() * stage.learningRateFactor()));
    LoopListener ofWhole =
        new StageListener(
            listener,
            steps(entry.done()),
            steps(stages.size()),
            epochsBefore,
            epochs(stages.size()));
    task.rule().begin(stage.phase());
    TrainingLoop loop =
        new TrainingLoop(
            ofStage, new StageView(task, stage, epochsBefore), ofWhole, stopRequested, nanoTime);
    Checkpoints checkpoints = journal.of(entry.done());
    return checkpoints == null ? loop.run() : loop.run(checkpoints, resume);
  }

  /** Keeps a stage or undoes it. */
  private StageJournal.Entry judged(
      StageJournal.Entry entry, TrainingResult result, Snapshot before) {
    Stage stage = stages.get(entry.done());
    Selection selection = config.selection();
    double after =
        result.bestEpoch() == 0
            ? Double.NaN
            : result
                .history()
                .get(result.bestEpoch() - 1)
                .metrics()
                .getOrDefault(selection.metric(), Double.NaN);
    boolean scored = result.bestEpoch() > 0;
    boolean kept = stage.required() || !scored || selection.isBetter(after, entry.metric());
    if (!kept) {
      before.restore();
    }
    listener.onStage(stage.name(), kept, entry.metric(), after);
    return after(entry, result, kept ? after : entry.metric(), kept);
  }

  /** State of the whole training after a stage, or a part of one. */
  private StageJournal.Entry after(
      StageJournal.Entry entry, TrainingResult result, double metric, boolean kept) {
    Progress before = entry.progress();
    List<EpochResult> history = new ArrayList<>(before.history());
    for (EpochResult epoch : result.history()) {
      history.add(new EpochResult(history.size() + 1, epoch.loss(), epoch.metrics()));
    }
    int bestOfStage = before.history().size() + result.bestEpoch();
    Progress progress =
        new Progress(
            before.step() + result.steps(),
            history.size() + 1,
            0,
            0,
            before.tokens() + result.tokens(),
            before.seconds() + result.seconds(),
            before.stepSeconds() + result.tokens() / Math.max(result.tokensPerSecond(), 1e-9),
            kept && result.bestEpoch() > 0 ? bestOfStage : before.bestEpoch(),
            history);
    return new StageJournal.Entry(entry.done() + 1, metric, progress);
  }

  private TrainingResult whole(Progress progress, boolean interrupted) {
    return new TrainingResult(
        progress.history().size(),
        progress.bestEpoch(),
        progress.history(),
        progress.step(),
        progress.tokens(),
        progress.seconds(),
        progress.tokens() / Math.max(progress.stepSeconds(), 1e-9),
        !interrupted && progress.history().size() < epochs(stages.size()),
        interrupted);
  }

  private double metric() {
    try (Scope scope = Scope.open()) {
      return task.validate().getOrDefault(config.selection().metric(), Double.NaN);
    }
  }

  /** Most epochs of the first {@code n} stages. */
  private int epochs(int count) {
    return stages.stream().limit(count).mapToInt(Stage::epochs).sum();
  }

  /** Most steps of the first {@code n} stages. */
  private int steps(int count) {
    int steps = 0;
    for (int epoch = 0; epoch < epochs(count); epoch++) {
      int accumulation = config.accumulation();
      steps = Math.addExact(steps, (task.batches(epoch) + accumulation - 1) / accumulation);
    }
    return steps;
  }

  private RunSettings settings() {
    RunSettings settings = config.runSettings();
    for (int i = 0; i < stages.size(); i++) {
      String owner = "training.stages." + (i + 1) + ".";
      Map<String, Object> ofStage = new TreeMap<>();
      stages.get(i).byName().forEach((name, value) -> ofStage.put(owner + name, value));
      settings = settings.and(ofStage);
    }
    return settings;
  }
}
