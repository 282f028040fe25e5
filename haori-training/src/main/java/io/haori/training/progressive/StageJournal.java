package io.haori.training.progressive;

import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.checkpoint.Progress;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.optim.AdamW;
import io.haori.training.optim.AdamWConfig;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * State of a progressive training between two stages, as a checkpoint of all its parameters whose
 * step rule also remembers the stages. A stage that has begun has a checkpoint of its own in the
 * folder {@code stage-<number>}.
 */
final class StageJournal {
  private static final String STAGES = "stages";

  private final @Nullable Checkpoints checkpoints;
  private final StagedTask task;
  private final int stages;

  /**
   * A journal.
   *
   * @param checkpoints to write; null for none
   * @param task whose parameters are stored
   * @param stages number of all stages
   */
  StageJournal(@Nullable Checkpoints checkpoints, StagedTask task, int stages) {
    this.checkpoints = checkpoints;
    this.task = task;
    this.stages = stages;
  }

  /**
   * What is known between two stages.
   *
   * @param done stages that are over
   * @param metric of the parameters as they are; NaN when there is none
   * @param progress of the whole training
   */
  record Entry(int done, double metric, Progress progress) {
    static final Entry START = new Entry(0, Double.NaN, Progress.START);
  }

  /** The checkpoint of a stage, counted from 0; null when nothing is written. */
  @Nullable Checkpoints of(int stage) {
    return checkpoints == null
        ? null
        : checkpoints
            .in("stage-" + (stage + 1))
            .withSettings(RunSettings.NONE.and(Map.of("training.stage", stage + 1)));
  }

  /** Removes what an earlier run left. */
  void clear() {
    if (checkpoints != null) {
      for (int stage = 0; stage < stages; stage++) {
        checkpoints.in("stage-" + (stage + 1)).delete();
      }
      checkpoints.delete();
    }
  }

  /** Writes the state of training; the checkpoint of the stage that is over is not needed then. */
  void write(Entry entry) {
    if (checkpoints == null) {
      return;
    }
    try (Scope scope = Scope.open();
        AdamW all = new AdamW(AdamWConfig.DEFAULT, task.parameterGroups())) {
      boolean scored = entry.progress().bestEpoch() > 0;
      checkpoints.write(entry.progress(), all, scored ? all.values().copy() : null, state(entry));
    }
    checkpoints.in("stage-" + entry.done()).delete();
  }

  private Map<String, Tensor> state(Entry entry) {
    Map<String, Tensor> state = new TreeMap<>(task.rule().state());
    // The bits of a double, since the engine has no tensor of both kinds.
    long[] numbers = {entry.done(), Double.doubleToLongBits(entry.metric())};
    state.put(STAGES, Tensors.of(numbers, numbers.length));
    return state;
  }

  /** Puts parameters and rule where the journal says; empty when there is none. */
  Optional<Entry> read() {
    if (checkpoints == null) {
      return Optional.empty();
    }
    try (Scope scope = Scope.open();
        AdamW all = new AdamW(AdamWConfig.DEFAULT, task.parameterGroups())) {
      return checkpoints.load(all, state(Entry.START)).map(this::entry);
    }
  }

  private Entry entry(Checkpoints.Loaded loaded) {
    if (loaded.best() != null) {
      loaded.best().close();
    }
    Map<String, Tensor> state = new TreeMap<>(loaded.ruleState());
    Tensor stored = state.remove(STAGES);
    long[] numbers = stored == null ? new long[2] : stored.toLongs();
    if (numbers[0] < 0 || numbers[0] > stages) {
      throw new IllegalStateException("stages done: " + Arrays.toString(numbers));
    }
    task.rule().restore(state);
    return new Entry((int) numbers[0], Double.longBitsToDouble(numbers[1]), loaded.progress());
  }
}
