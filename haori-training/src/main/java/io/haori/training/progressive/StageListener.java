package io.haori.training.progressive;

import io.haori.inference.folder.EpochResult;
import io.haori.training.loop.LoopListener;
import java.nio.file.Path;

/**
 * Reports what happens in one stage as part of the whole training.
 *
 * @param listener hears of the whole
 * @param stepsBefore most steps of the stages before
 * @param stepsAll most steps of all stages
 * @param epochsBefore most epochs of the stages before
 * @param epochsAll most epochs of all stages
 */
record StageListener(
    LoopListener listener, int stepsBefore, int stepsAll, int epochsBefore, int epochsAll)
    implements LoopListener {
  @Override
  public void onStep(Step step) {
    double secondsEach = step.secondsLeft() / Math.max(1, step.steps() - step.step());
    int at = stepsBefore + step.step();
    listener.onStep(
        new Step(
            at,
            stepsAll,
            epochsBefore + step.epoch(),
            epochsAll,
            step.loss(),
            step.gradientNorm(),
            step.learningRate(),
            step.tokensPerSecond(),
            secondsEach * (stepsAll - at),
            step.waits()));
  }

  @Override
  public void onEpoch(EpochResult result, boolean best) {
    listener.onEpoch(
        new EpochResult(epochsBefore + result.epoch(), result.loss(), result.metrics()), best);
  }

  @Override
  public void onCheckpoint(int step, Path folder) {
    listener.onCheckpoint(stepsBefore + step, folder);
  }
}
