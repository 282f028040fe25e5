package io.haori.training.task;

import io.haori.adapter.spi.StepRule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.adapter.spi.TrainingStrategy.BiLevel;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextModel;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.Tensor;
import io.haori.tensor.grad.MixedDerivative;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.training.bilevel.BiLevelTask;
import io.haori.training.bilevel.Part;
import io.haori.training.data.StratifiedRows;
import io.haori.training.optim.ParameterGroup;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A tuning task whose training rows are in two parts. */
final class BiLevelTuningTask implements BiLevelTask {
  private final TuningTask task;
  private final TuneSettings settings;
  private final BiLevel levels;
  private final List<Parameter> upper;
  private final Map<Part, RowBatches> batches = new EnumMap<>(Part.class);

  /**
   * Puts rows and parameters into their parts.
   *
   * @param task stays open
   * @param model that it trains
   * @param parts of the training rows
   * @param settings of the run
   * @param levels how
   */
  BiLevelTuningTask(
      TuningTask task,
      TextModel model,
      StratifiedRows.Parts parts,
      TuneSettings settings,
      BiLevel levels) {
    this.task = task;
    this.settings = settings;
    this.levels = levels;
    this.upper =
        model.module().parameters().stream()
            .map(TrainedParameter::parameter)
            .filter(parameter -> levels.isUpper(parameter.name()))
            .toList();
    int rows = parts.inner().length + parts.outer().length;
    batches.put(Part.INNER, task.batchesOf(parts.inner(), 1));
    batches.put(Part.OUTER, task.batchesOf(parts.outer(), 2));
    batches.put(Part.ALL, task.batchesOf(IntStream.range(0, rows).toArray(), TuningTask.ALL));
  }

  @Override
  public List<ParameterGroup> lowerGroups() {
    return task.groups(parameter -> !levels.isUpper(parameter.name()));
  }

  @Override
  public List<Parameter> upper() {
    return upper;
  }

  private RowBatches of(Part part) {
    RowBatches found = batches.get(part);
    if (found == null) {
      throw new IllegalStateException("no rows for " + part);
    }
    return found;
  }

  @Override
  public int batches(Part part, int epoch) {
    return of(part).count(epoch);
  }

  @Override
  public int tokens(Part part, int epoch, int batch) {
    return of(part).tokens(epoch, batch);
  }

  @Override
  public int rows(Part part, int epoch, int batch) {
    return task.positions(of(part), epoch, batch);
  }

  @Override
  public double lossAndGradients(Part part, int epoch, int batch, double lossFactor) {
    long seed =
        part == Part.OUTER
            ? Seeds.of(settings.loop().seed(), Purpose.OUTER_BATCH, epoch, batch)
            : task.seed(epoch, batch);
    DType precision = settings.text().precision();
    return task.lossAndGradients(epoch, of(part).rows(epoch, batch), seed, lossFactor, precision);
  }

  @Override
  public void preciseGradients(int epoch, int batch, double lossFactor) {
    task.lossAndGradients(
        epoch, of(Part.INNER).rows(epoch, batch), task.seed(epoch, batch), lossFactor, DType.F32);
  }

  @Override
  public List<Tensor> mixedDerivative(
      int epoch, int batch, List<Parameter> lower, List<Tensor> direction) {
    int[] rows = of(Part.INNER).rows(epoch, batch);
    try (Tape tape = Tape.twice(DType.F32, task.seed(epoch, batch));
        TextBatch texts = task.texts(epoch, rows)) {
      return MixedDerivative.of(tape, task.loss(tape, texts, rows), lower, direction, upper);
    }
  }

  @Override
  public StepRule rule() {
    return task.rule();
  }

  @Override
  public Map<String, Double> validate() {
    return task.validate();
  }
}
