package io.haori.training.loop;

import io.haori.tensor.Scope;
import io.haori.training.optim.AdamW;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Trains several tasks at once, each as {@link TrainingLoop} would train it alone: its own steps,
 * optimizer, epochs and best epoch. Only the gradients of the batches that are wanted at one time
 * are computed together.
 */
public final class SideBySideLoop {
  private final List<LoopConfig> configs;
  private final List<? extends TrainingTask> tasks;
  private final Gradients gradients;
  private final LoopListener listener;
  private final BooleanSupplier stopRequested;

  /** Computes the gradients of several batches. */
  public interface Gradients {
    /**
     * Adds the gradients of some tasks' batches to their parameters. Runs inside a scope that is
     * closed afterwards.
     *
     * @param wanted at least one, of different tasks, in their order
     * @return mean loss of each batch, without its factor
     */
    double[] lossesAndGradients(List<Wanted> wanted);
  }

  /**
   * A batch that a task wants the gradients of.
   *
   * @param task index of the task
   * @param epoch counted from 0
   * @param batch counted from 0
   * @param lossFactor multiplies the gradients
   */
  public record Wanted(int task, int epoch, int batch, double lossFactor) {}

  /**
   * A loop.
   *
   * @param configs what can be chosen, one a task
   * @param tasks with parameters of their own
   * @param gradients of several batches
   * @param listener hears how the first task goes
   * @param stopRequested asked before every step
   */
  public SideBySideLoop(
      List<LoopConfig> configs,
      List<? extends TrainingTask> tasks,
      Gradients gradients,
      LoopListener listener,
      BooleanSupplier stopRequested) {
    this.configs = List.copyOf(configs);
    this.tasks = List.copyOf(tasks);
    this.gradients = gradients;
    this.listener = listener;
    this.stopRequested = stopRequested;
  }

  /**
   * Trains without checkpoints.
   *
   * @return how each task went
   * @throws io.haori.core.check.UserError when a loss or a gradient is not finite
   */
  public List<TrainingResult> run() {
    List<AdamW> optimizers = new ArrayList<>();
    List<TrainingRun> runs = new ArrayList<>();
    try {
      for (int i = 0; i < tasks.size(); i++) {
        AdamW optimizer = new AdamW(configs.get(i).optimizer(), tasks.get(i).parameterGroups());
        optimizers.add(optimizer);
        runs.add(
            new TrainingRun(
                configs.get(i),
                tasks.get(i),
                optimizer,
                i == 0 ? listener : LoopListener.SILENT,
                stopRequested,
                System::nanoTime,
                null));
      }
      runs.forEach(TrainingRun::begin);
      for (List<Wanted> wanted = wanted(runs); !wanted.isEmpty(); wanted = wanted(runs)) {
        double[] losses;
        try (Scope scope = Scope.open()) {
          losses = gradients.lossesAndGradients(wanted);
        }
        for (int i = 0; i < losses.length; i++) {
          runs.get(wanted.get(i).task()).took(losses[i]);
        }
      }
      return runs.stream().map(TrainingRun::end).toList();
    } finally {
      runs.forEach(TrainingRun::close);
      optimizers.forEach(AdamW::close);
    }
  }

  private static List<Wanted> wanted(List<TrainingRun> runs) {
    List<Wanted> wanted = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      TrainingRun run = runs.get(i);
      if (run.wantsBatch()) {
        wanted.add(new Wanted(i, run.epoch(), run.batch(), run.share()));
      }
    }
    return wanted;
  }
}
