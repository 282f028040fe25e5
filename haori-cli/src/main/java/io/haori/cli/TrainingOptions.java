package io.haori.cli;

import io.haori.tensor.DType;
import io.haori.training.data.TaskKind;
import io.haori.training.task.TuneSettings;
import picocli.CommandLine.Mixin;

/** How a model is fitted: with which method, and how the run goes. */
final class TrainingOptions {
  @Mixin final MethodOptions method = new MethodOptions();
  @Mixin final RunOptions run = new RunOptions();

  /**
   * The settings as chosen.
   *
   * @param seed where all randomness begins
   * @param precision type of the activations
   * @param kind says which score chooses the epoch
   */
  TuneSettings settings(long seed, DType precision, TaskKind kind) {
    SettingsMap settings = new SettingsMap(run.set);
    return run.settings(method.method(settings), settings, seed, precision, kind);
  }

  /** Refuses values out of their bounds, before anything is read or loaded. */
  void check() {
    settings(0, DType.F32, TaskKind.CLASSIFICATION);
  }
}
