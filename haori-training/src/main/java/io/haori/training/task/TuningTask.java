package io.haori.training.task;

import static io.haori.core.check.Check.require;

import io.haori.adapter.spi.AdaptedLinear;
import io.haori.adapter.spi.Stage;
import io.haori.adapter.spi.StepRule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.core.check.Check;
import io.haori.core.files.FileFailures;
import io.haori.core.weights.DType;
import io.haori.inference.model.Heads;
import io.haori.inference.model.Positions;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.tokens.RowsAhead;
import io.haori.inference.tokens.TokenBatch;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.MeanTokens;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.group.ReduceGroup;
import io.haori.training.augment.Mixup;
import io.haori.training.data.DataFile;
import io.haori.training.data.Split;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.data.group.RowGroups;
import io.haori.training.optim.ParameterGroup;
import io.haori.training.progressive.StagedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Fits a text model to the rows of a dataset. When nothing below the heads is trained, what the
 * heads read is computed once and every epoch reads that.
 */
final class TuningTask implements StagedTask, AutoCloseable {
  /** The part that is all training rows. */
  static final int ALL = 0;

  /** Batches that are read while one is computed. */
  private static final int BATCHES_AHEAD = 4;

  private final TextModel model;
  private final List<Row> trainRows;
  private final @Nullable FrozenVectors frozen;
  private final TuneSettings settings;
  private final List<Parameter> baseParameters;
  private final StepRule rule;
  private final TokenizedRows train;
  private final Targets trainTargets;
  private final TokenizedRows validation;
  private final Targets validationTargets;
  private final Positions trainPositions;
  private final Positions validationPositions;
  private int @Nullable [] groups;
  private @Nullable Tensor trainStates;
  private @Nullable Tensor validationStates;
  private @Nullable FrozenLayers trainBelow;
  private @Nullable FrozenLayers validationBelow;
  private final RowBatches batches;
  private final RowsAhead ahead;
  private ReduceGroup group = ReduceGroup.ALONE;

  /** Of each training row where classes are balanced. */
  private final double[] weights;

  /** {@code [rows]} the classes of all heads as one set; none where they are not contrasted. */
  private final int[] classes;

  TuningTask(
      TextModel model,
      List<Parameter> baseParameters,
      TokenizedDataset rows,
      TuneSettings settings,
      @Nullable FrozenVectors frozen) {
    this.model = model;
    this.trainRows = rows.data().train().rows();
    this.frozen = frozen;
    this.settings = settings;
    this.baseParameters = baseParameters;
    this.rule = model.module().method().rule(model.module(), settings.loop().seed());
    this.train = rows.train();
    this.ahead = new RowsAhead(train);
    this.trainTargets = rows.targets(Split.TRAIN);
    this.trainPositions = model.pass().positions(train);
    this.classes =
        settings.loss() == TuneLoss.CONTRASTIVE
            ? trainTargets.acrossHeads(model.heads().labels())
            : new int[0];
    this.batches =
        settings.loss() == TuneLoss.CONTRASTIVE
            ? new RowBatches(train, this::pairs)
            : batchesOf(IntStream.range(0, train.size()).toArray(), ALL);
    this.weights =
        settings.loss() == TuneLoss.BALANCED ? ClassWeights.balanced(trainTargets) : new double[0];
    this.validation = rows.validation();
    this.validationTargets = rows.targets(Split.VALIDATION);
    this.validationPositions = model.pass().positions(validation);
    requireReadable(rows.data().train());
    if (baseParameters.isEmpty() && model.module().parameters().isEmpty()) {
      try (Scope scope = Scope.open()) {
        trainStates =
            (frozen == null ? model.pass().states(trainPositions) : frozen.states(trainRows))
                .retain();
        if (validation.size() > 0) {
          validationStates = model.pass().states(validationPositions).retain();
        }
      }
    }
  }

  /** The batches of an epoch in which classes are contrasted. */
  private List<int[]> pairs(int epoch) {
    long seed = Seeds.of(settings.loop().seed(), Purpose.ORDER, ALL, epoch);
    List<int[]> pairs = ClassPairs.batches(classes, settings.batchSize(), seed);
    require(
        !pairs.isEmpty(),
        "training.loss",
        "task where no class has two rows",
        settings.loss().word());
    return pairs;
  }

  /** A row without a place would have no loss. */
  private void requireReadable(DataFile data) {
    for (int row = 0; row < train.size(); row++) {
      if (trainPositions.count(row) == 0) {
        throw Check.at(
            data.path(),
            data.rows().get(row).line(),
            "must have a word that the base has a token for, got none");
      }
    }
  }

  /**
   * Computes once what the layers below the lowest adapter give for all rows, where that is read
   * again: with several epochs, unless rows vary from epoch to epoch, and unless learning at two
   * levels wants other types of it.
   *
   * @param use says where
   */
  void keepFrozenLayers(FrozenLayers.Use use) {
    int layers = model.base().backbone().frozenLayers(model.module());
    if (trainStates != null
        || layers == 0
        || settings.loop().epochs() < 2
        || train.vary()
        || settings.method().strategy() instanceof TrainingStrategy.BiLevel) {
      return;
    }
    Path folder = use.folder();
    int width = model.base().backbone().width();
    DType dtype = settings.text().precision();
    long bytes = StateFile.bytes(train, dtype, width) + StateFile.bytes(validation, dtype, width);
    String refusal = FrozenLayers.refusal(bytes, FrozenLayers.free(folder), folder, layers);
    if (refusal != null) {
      use.notes().accept(refusal);
      return;
    }
    try {
      trainBelow = FrozenLayers.of(model, layers, train, folder);
      validationBelow =
          validation.size() == 0 ? null : FrozenLayers.of(model, layers, validation, folder);
    } catch (IOException e) {
      closeFrozenLayers();
      String cause = FileFailures.unwritable(folder, e).getMessage();
      use.notes().accept(FrozenLayers.subject(layers) + " computed anew in every epoch: " + cause);
    }
  }

  /** Layers that no epoch computes again. */
  int keptLayers() {
    return trainBelow == null ? 0 : trainBelow.layers();
  }

  private void closeFrozenLayers() {
    if (trainBelow != null) {
      trainBelow.close();
      trainBelow = null;
    }
    if (validationBelow != null) {
      validationBelow.close();
      validationBelow = null;
    }
  }

  /** What the heads read of the training rows, as the model is now. */
  private Tensor statesOfTraining() {
    return trainBelow == null
        ? model.pass().states(trainPositions)
        : model.pass().states(trainPositions, trainBelow::batch);
  }

  private Tensor statesOfValidation() {
    return validationBelow == null
        ? model.pass().states(validationPositions)
        : model.pass().states(validationPositions, validationBelow::batch);
  }

  /** Whether nothing below the heads is trained. */
  boolean trainsHeadsAlone() {
    return trainStates != null;
  }

  /**
   * Puts logistic regressions on the vectors as they are before training into the heads.
   *
   * @param start says which are taken
   */
  void startHeads(HeadStart start) {
    FrozenVectors known = frozen;
    if (known == null) {
      fitHeads(start);
      return;
    }
    long seed = Seeds.of(settings.loop().seed(), Purpose.PARTS);
    try (Scope scope = Scope.open()) {
      ProbeHeads.fit(
          model.heads(),
          trainStates == null ? known.states(trainRows) : trainStates,
          trainTargets,
          groups(),
          seed,
          start,
          (rows, head, fit) ->
              known.probe(IntStream.of(rows).mapToObj(trainRows::get).toList(), head, seed, fit));
    }
  }

  /**
   * Puts logistic regressions on the vectors as they are now into the heads.
   *
   * @param start says which are taken
   */
  void fitHeads(HeadStart start) {
    long seed = Seeds.of(settings.loop().seed(), Purpose.PARTS);
    try (Scope scope = Scope.open()) {
      Tensor states = trainStates == null ? statesOfTraining() : trainStates;
      ProbeHeads.fit(
          model.heads(), states, trainTargets, groups(), seed, start, ProbeHeads.Fitter.NEW);
    }
  }

  /**
   * The same, near the heads of the stored model that this one has its module from.
   *
   * @param stored its heads
   */
  void startHeadsNear(Heads stored) {
    long seed = Seeds.of(settings.loop().seed(), Purpose.PARTS);
    FrozenVectors known = frozen;
    try (Scope scope = Scope.open()) {
      Tensor states = known == null ? statesOfTraining() : known.states(trainRows);
      ProbeHeads.fitNear(model.heads(), stored, states, trainTargets, groups(), seed);
    }
  }

  private int[] groups() {
    int[] known = groups;
    if (known == null) {
      known = RowGroups.of(trainRows).ofRows();
      groups = known;
    }
    return known;
  }

  @Override
  public StepRule rule() {
    return rule;
  }

  @Override
  public List<ParameterGroup> parameterGroups() {
    return groups(model.module().layers().keySet());
  }

  @Override
  public List<ParameterGroup> parameterGroups(Stage stage) {
    return groups(
        stage.moving(
            model.base().backbone().slots().stream()
                .filter(slot -> model.module().layers().containsKey(slot.name()))
                .toList()));
  }

  private List<ParameterGroup> groups(Set<String> slots) {
    return groups(slots, parameter -> true);
  }

  /** All groups without the parameters that a condition leaves out. */
  List<ParameterGroup> groups(Predicate<Parameter> moves) {
    return groups(model.module().layers().keySet(), moves);
  }

  private List<ParameterGroup> groups(Set<String> slots, Predicate<Parameter> moves) {
    Map<Double, List<Parameter>> byRate = new LinkedHashMap<>();
    for (Map.Entry<String, AdaptedLinear> layer : model.module().layers().entrySet()) {
      if (slots.contains(layer.getKey())) {
        for (TrainedParameter trained : layer.getValue().parameters()) {
          if (trained.parameter().trainable() && moves.test(trained.parameter())) {
            byRate
                .computeIfAbsent(trained.learningRateFactor(), rate -> new ArrayList<>())
                .add(trained.parameter());
          }
        }
      }
    }
    List<Parameter> atRunsRate = byRate.computeIfAbsent(1.0, rate -> new ArrayList<>());
    atRunsRate.addAll(baseParameters);
    if (settings.loss() != TuneLoss.CONTRASTIVE) {
      byRate
          .computeIfAbsent(settings.headLearningRateRatio(), rate -> new ArrayList<>())
          .addAll(model.heads().parameters());
    }
    byRate.values().removeIf(List::isEmpty);
    List<ParameterGroup> groups = new ArrayList<>();
    byRate.forEach(
        (rate, parameters) ->
            groups.add(new ParameterGroup("rate x " + rate, parameters, rate, 1.0)));
    return groups;
  }

  @Override
  public int batches(int epoch) {
    return batches.count(epoch);
  }

  @Override
  public int tokens(int epoch, int batch) {
    return batches.tokens(epoch, batch);
  }

  @Override
  public int rows(int epoch, int batch) {
    return positions(batches, epoch, batch);
  }

  /** How many positions a batch has, of whose losses its loss is the mean. */
  int positions(RowBatches of, int epoch, int batch) {
    return trainPositions.count(of.rows(epoch, batch));
  }

  /** All randomness of a batch comes from the run's seed, the epoch and the batch. */
  @Override
  public double lossAndGradients(int epoch, int batch, double lossFactor) {
    if (group.size() > 1) {
      return partOfLossAndGradients(epoch, batch, lossFactor);
    }
    expect(epoch, batch);
    return lossAndGradients(
        epoch,
        batches.rows(epoch, batch),
        seed(epoch, batch),
        lossFactor,
        settings.text().precision());
  }

  /** Computes this member's part of each batch alone; the loop adds up. */
  void shareWith(ReduceGroup newGroup) {
    group = newGroup;
  }

  /**
   * This member's part of a batch. The mean over the batch is the sum of what all members give, as
   * each position weighs the same; what is drawn at random (dropout) is another draw in each part.
   *
   * @return the part's share in the batch's mean loss
   */
  private double partOfLossAndGradients(int epoch, int batch, double lossFactor) {
    int[] all = batches.rows(epoch, batch);
    int[] own = RowShares.of(all, train.lengths(), group.rank(), group.size());
    if (own.length == 0) {
      return 0;
    }
    double weight = (double) trainPositions.count(own) / trainPositions.count(all);
    return weight
        * lossAndGradients(
            epoch,
            own,
            Seeds.of(seed(epoch, batch), Purpose.PARTS, group.rank()),
            lossFactor * weight,
            settings.text().precision());
  }

  /** Begins to read a batch and those behind it. */
  private void expect(int epoch, int batch) {
    if (ahead.reads() && trainStates == null) {
      ahead.expect(batches.from(epoch, batch, 1 + BATCHES_AHEAD, settings.loop().epochs()));
    }
  }

  @Override
  public long waits() {
    return ahead.waits();
  }

  /** Where the randomness of a batch begins. */
  long seed(int epoch, int batch) {
    return Seeds.of(settings.loop().seed(), Purpose.BATCH, epoch, batch);
  }

  /**
   * The batches of some of the training rows.
   *
   * @param rows by their index
   * @param part a number for these rows, so that no two parts are in one order
   */
  RowBatches batchesOf(int[] rows, int part) {
    long seed = Seeds.of(settings.loop().seed(), Purpose.ORDER, part);
    return new RowBatches(train, rows, settings.batchSize(), seed);
  }

  /**
   * Adds the gradients of some rows to the parameters.
   *
   * @param epoch counted from 0, for rows that are other ones in each
   * @param rows by their index among the training rows
   * @param seed of all randomness of the pass
   * @param lossFactor multiplies the gradients
   * @param precision type of the activations
   * @return mean loss, without the factor
   */
  double lossAndGradients(int epoch, int[] rows, long seed, double lossFactor, DType precision) {
    try (Tape tape = Tape.recording(precision, seed)) {
      if (trainStates != null) {
        long[] index = trainPositions.numbers(rows);
        Tensor states = trainStates.indexSelect(0, Tensors.of(index, index.length));
        return gradients(tape, tape.constant(states), rows, seed, lossFactor);
      }
      try (TextBatch texts = trainBelow == null ? texts(epoch, rows) : trainBelow.batch(rows)) {
        Variable states =
            model
                .pass()
                .states(tape, texts, trainPositions, rows, settings.gradientCheckpointing());
        return gradients(tape, states, rows, seed, lossFactor);
      }
    }
  }

  private double gradients(Tape tape, Variable states, int[] rows, long seed, double lossFactor) {
    Variable loss = stepLoss(tape, states, rows, seed);
    double value = loss.value().item();
    if (Double.isFinite(value)) {
      loss.accumulate(Tensors.full(lossFactor, loss.value().dtype(), loss.value().shape()));
      tape.backwardFromGradients();
    }
    return value;
  }

  /** The model that is fitted. */
  TextModel model() {
    return model;
  }

  /** The rows of a batch, by their index among the training rows. */
  int[] rowsOf(int epoch, int batch) {
    return batches.rows(epoch, batch);
  }

  /** The tokens of a batch. */
  TokenBatch tokensOf(int epoch, int batch) {
    expect(epoch, batch);
    return ahead.batch(epoch, batches.rows(epoch, batch));
  }

  /** How many positions some training rows have. */
  int positionsOf(int[] rows) {
    return trainPositions.count(rows);
  }

  /**
   * Where the words of some training rows are in a batch that has other texts before them; none
   * when texts are read as a whole.
   *
   * @param before tokens of the texts before
   */
  long[] wordTokens(long before, int[] rows) {
    return trainPositions.tokensAfter(before, rows);
  }

  /**
   * What a step makes small: the mean loss of some training rows, or of what is mixed from them.
   *
   * @param states {@code [positions, width]} of them
   * @param rows by their index among the training rows
   * @param seed of the step
   */
  Variable stepLoss(Tape tape, Variable states, int[] rows, long seed) {
    if (!settings.augmentation().mixes()) {
      return loss(tape, states, rows);
    }
    int[] heads = IntStream.of(rows).map(row -> trainTargets.heads()[row]).toArray();
    Mixup mixup = Mixup.of(heads, new SplittableRandom(Seeds.of(seed, Purpose.PARTS)));
    Tensor shares = Tensors.of(mixup.shares(), rows.length, rows.length).to(states.value().dtype());
    return loss(
        tape,
        MeanTokens.apply(tape, states, shares),
        IntStream.of(mixup.labelled()).map(row -> rows[row]).toArray());
  }

  /**
   * The mean loss of some training rows.
   *
   * @param states {@code [positions, width]} of them
   */
  Variable loss(Tape tape, Variable states, int[] rows) {
    if (settings.loss() == TuneLoss.CONTRASTIVE) {
      int[] ours = Arrays.stream(rows).map(row -> classes[row]).toArray();
      return ContrastiveLoss.of(tape, states, ours, settings.fit().temperature());
    }
    int[] headOfPosition = trainPositions.heads(trainTargets.heads(), rows);
    double[][] targets = trainPositions.targets(trainTargets, rows);
    if (settings.loss() == TuneLoss.BALANCED) {
      double[] ours = Arrays.stream(rows).mapToDouble(row -> weights[row]).toArray();
      return model.heads().loss(tape, states, headOfPosition, targets, ours);
    }
    return model.heads().loss(tape, states, headOfPosition, targets);
  }

  /**
   * The loss of some rows on a tape of the caller.
   *
   * @param tape computes
   * @param texts the rows as a batch
   * @param rows by their index among the training rows
   */
  Variable loss(Tape tape, TextBatch texts, int[] rows) {
    return loss(tape, model.pass().states(tape, texts, trainPositions, rows, false), rows);
  }

  /** Some of the training rows as they are in an epoch, to be closed by the caller. */
  TextBatch texts(int epoch, int[] rows) {
    return TextModel.batch(ahead.batch(epoch, rows));
  }

  @Override
  public Map<String, Double> validate() {
    if (validation.size() == 0) {
      return Map.of();
    }
    if (settings.loss() == TuneLoss.CONTRASTIVE) {
      fitHeads(HeadStart.PROBE);
    }
    Heads heads = model.heads();
    try (Scope scope = Scope.open()) {
      Tensor states = validationStates == null ? statesOfValidation() : validationStates;
      double[][] answers =
          validationPositions.byRow(heads, states, validationTargets.heads(), heads::answers);
      return heads
          .labels()
          .task()
          .scores(new AnsweredRows(heads.labels(), validationTargets, answers))
          .byName();
    }
  }

  @Override
  public void close() {
    rule.close();
    ahead.close();
    closeFrozenLayers();
    if (trainStates != null) {
      trainStates.close();
    }
    if (validationStates != null) {
      validationStates.close();
    }
  }
}
