package io.haori.training.task;

import static io.haori.core.check.Check.require;

import io.haori.inference.model.Positions;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.Targets;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.MeanTokens;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.augment.Mixup;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** What a step makes small: the mean loss of some training rows, as the settings have it. */
final class BatchLoss {
  private final TextModel model;
  private final TuneSettings settings;
  private final Targets targets;
  private final Positions positions;

  /** Of each training row where classes are balanced. */
  private final double[] weights;

  /** {@code [rows]} the classes of all heads as one set; none where they are not contrasted. */
  private final int[] classes;

  /**
   * Of the training rows.
   *
   * @param targets of them
   * @param positions of them
   */
  BatchLoss(TextModel model, TuneSettings settings, Targets targets, Positions positions) {
    this.model = model;
    this.settings = settings;
    this.targets = targets;
    this.positions = positions;
    this.classes =
        settings.loss().contrasts() ? targets.acrossHeads(model.heads().labels()) : new int[0];
    this.weights =
        settings.loss() == TuneLoss.BALANCED ? ClassWeights.balanced(targets) : new double[0];
  }

  /**
   * Whether the classes are contrasted in an epoch.
   *
   * @param epoch counted from 0
   */
  boolean contrasts(int epoch) {
    return settings.loss().in(epoch, settings.loop().epochs()) == TuneLoss.CONTRASTIVE;
  }

  private Variable contrastive(Tape tape, Variable states, int[] rows) {
    int[] ours = Arrays.stream(rows).map(row -> classes[row]).toArray();
    return ContrastiveLoss.of(tape, states, ours, settings.fit().temperature());
  }

  /** The batches of an epoch in which classes are contrasted. */
  List<int[]> pairs(int epoch) {
    long seed = Seeds.of(settings.loop().seed(), Purpose.ORDER, TuningTask.ALL, epoch);
    List<int[]> pairs = ClassPairs.batches(classes, settings.batchSize(), seed);
    require(
        !pairs.isEmpty(),
        "training.loss",
        "task where no class has two rows",
        settings.loss().word());
    return pairs;
  }

  /**
   * The mean loss of some training rows, or of what is mixed from them.
   *
   * @param states {@code [positions, width]} of them
   * @param rows by their index among the training rows
   * @param seed of the step
   * @param epoch of the step, counted from 0
   */
  Variable ofStep(Tape tape, Variable states, int[] rows, long seed, int epoch) {
    if (contrasts(epoch)) {
      return contrastive(tape, states, rows);
    }
    if (!settings.augmentation().mixes()) {
      return of(tape, states, rows);
    }
    int[] heads = IntStream.of(rows).map(row -> targets.heads()[row]).toArray();
    Mixup mixup = Mixup.of(heads, new SplittableRandom(Seeds.of(seed, Purpose.PARTS)));
    Tensor shares = Tensors.of(mixup.shares(), rows.length, rows.length).to(states.value().dtype());
    return of(
        tape,
        MeanTokens.apply(tape, states, shares),
        IntStream.of(mixup.labelled()).map(row -> rows[row]).toArray());
  }

  /**
   * The mean loss of some training rows.
   *
   * @param states {@code [positions, width]} of them
   */
  Variable of(Tape tape, Variable states, int[] rows) {
    if (settings.loss() == TuneLoss.CONTRASTIVE) {
      return contrastive(tape, states, rows);
    }
    int[] headOfPosition = positions.heads(targets.heads(), rows);
    double[][] wanted = positions.targets(targets, rows);
    if (settings.loss() == TuneLoss.BALANCED) {
      double[] ours = Arrays.stream(rows).mapToDouble(row -> weights[row]).toArray();
      return model.heads().loss(tape, states, headOfPosition, wanted, ours);
    }
    return model.heads().loss(tape, states, headOfPosition, wanted);
  }
}
