package io.haori.training.task;

import io.haori.adapter.spi.Stage;
import io.haori.adapter.spi.StepRule;
import io.haori.adapter.spi.TrainingStrategy;
import io.haori.core.check.Check;
import io.haori.core.weights.DType;
import io.haori.inference.model.Heads;
import io.haori.inference.model.Positions;
import io.haori.inference.model.TextModel;
import io.haori.inference.task.spi.AnsweredRows;
import io.haori.inference.task.spi.Row;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.tokens.BatchPlan;
import io.haori.inference.tokens.RowsAhead;
import io.haori.inference.tokens.TokenBatch;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Seeds;
import io.haori.tensor.Seeds.Purpose;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.group.ReduceGroup;
import io.haori.training.data.DataFile;
import io.haori.training.data.Split;
import io.haori.training.data.TokenizedDataset;
import io.haori.training.frozen.FrozenLayers;
import io.haori.training.frozen.KeptStates;
import io.haori.training.optim.ParameterGroup;
import io.haori.training.progressive.StagedTask;
import java.util.List;
import java.util.Map;
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
  private final TuneSettings settings;
  private final MovingParameters parameters;
  private final StepRule rule;
  private final TokenizedRows train;
  private final TokenizedRows validation;
  private final Targets validationTargets;
  private final KeptStates states;
  private final Positions positions;
  private final BatchLoss loss;
  private final StartHeads heads;
  private final RowBatches batches;
  private final RowsAhead ahead;
  private ReduceGroup group = ReduceGroup.ALONE;
  private int epochNow;

  TuningTask(
      TextModel model,
      List<Parameter> baseParameters,
      TokenizedDataset rows,
      TuneSettings settings,
      @Nullable FrozenVectors frozen) {
    this.model = model;
    this.settings = settings;
    this.parameters = new MovingParameters(model, settings, baseParameters);
    this.rule = model.module().method().rule(model.module(), settings.loop().seed());
    this.train = rows.train();
    this.validation = rows.validation();
    this.validationTargets = rows.targets(Split.VALIDATION);
    this.ahead = new RowsAhead(train);
    this.states = new KeptStates(model, train, validation);
    this.positions = states.ofTraining();
    Targets targets = rows.targets(Split.TRAIN);
    this.loss = new BatchLoss(model, settings, targets, positions);
    List<Row> trainRows = rows.data().train().rows();
    this.heads =
        new StartHeads(model.heads(), trainRows, targets, states, frozen, settings.loop().seed());
    this.batches =
        settings.loss().contrasts()
            ? new RowBatches(train, this::contrastedOrNot)
            : batchesOf(IntStream.range(0, train.size()).toArray(), ALL);
    requireReadable(rows.data().train());
    if (baseParameters.isEmpty() && model.module().parameters().isEmpty()) {
      try (Scope scope = Scope.open()) {
        states.keepWhole(frozen == null ? null : frozen.states(trainRows));
      }
    }
  }

  /** A row without a place would have no loss. */
  private void requireReadable(DataFile data) {
    for (int row = 0; row < train.size(); row++) {
      if (positions.count(row) == 0) {
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
    if (states.isWhole()
        || layers == 0
        || settings.loop().epochs() < 2
        || train.vary()
        || settings.method().strategy() instanceof TrainingStrategy.BiLevel) {
      return;
    }
    states.keepLayers(layers, use, settings.text().precision());
  }

  /** Layers that no epoch computes again. */
  int keptLayers() {
    return states.layers();
  }

  /** Whether nothing below the heads is trained. */
  boolean trainsHeadsAlone() {
    return states.isWhole();
  }

  /** Puts what is learnt from vectors alone into the heads. */
  StartHeads heads() {
    return heads;
  }

  @Override
  public StepRule rule() {
    return rule;
  }

  @Override
  public List<ParameterGroup> parameterGroups() {
    return parameters.all();
  }

  @Override
  public List<ParameterGroup> parameterGroups(Stage stage) {
    return parameters.in(stage);
  }

  /** All groups without the parameters that a condition leaves out. */
  List<ParameterGroup> groups(Predicate<Parameter> moves) {
    return parameters.only(moves);
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
    return positions.count(of.rows(epoch, batch));
  }

  /** All randomness of a batch comes from the run's seed, the epoch and the batch. */
  @Override
  public double lossAndGradients(int epoch, int batch, double lossFactor) {
    begin(epoch, batch);
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

  /** The batches of an epoch of a loss that contrasts classes, or did before. */
  private List<int[]> contrastedOrNot(int epoch) {
    if (loss.contrasts(epoch)) {
      return loss.pairs(epoch);
    }
    long seed = Seeds.of(settings.loop().seed(), Purpose.ORDER, ALL);
    return BatchPlan.training(train.lengths(), settings.batchSize(), seed, epoch).batches();
  }

  /** Before a batch: where classes are contrasted no more, heads become probes on the vectors. */
  void begin(int epoch, int batch) {
    epochNow = epoch;
    if (batch == 0 && epoch > 0 && loss.contrasts(epoch - 1) && !loss.contrasts(epoch)) {
      heads.asTheyAre(HeadStart.PROBE);
    }
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
    double weight = (double) positions.count(own) / positions.count(all);
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
    if (ahead.reads() && !states.isWhole()) {
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
      if (states.isWhole()) {
        return gradients(tape, tape.constant(states.whole(rows)), rows, seed, lossFactor, epoch);
      }
      TextBatch below = states.below(rows);
      try (TextBatch texts = below == null ? texts(epoch, rows) : below) {
        Variable read =
            model.pass().states(tape, texts, positions, rows, settings.gradientCheckpointing());
        return gradients(tape, read, rows, seed, lossFactor, epoch);
      }
    }
  }

  private double gradients(
      Tape tape, Variable read, int[] rows, long seed, double lossFactor, int epoch) {
    Variable mean = loss.ofStep(tape, read, rows, seed, epoch);
    double value = mean.value().item();
    if (Double.isFinite(value)) {
      mean.accumulate(Tensors.full(lossFactor, mean.value().dtype(), mean.value().shape()));
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
    return positions.count(rows);
  }

  /**
   * Where the words of some training rows are in a batch that has other texts before them; none
   * when texts are read as a whole.
   *
   * @param before tokens of the texts before
   */
  long[] wordTokens(long before, int[] rows) {
    return positions.tokensAfter(before, rows);
  }

  /** The loss of a step. */
  BatchLoss loss() {
    return loss;
  }

  /**
   * The loss of some rows on a tape of the caller.
   *
   * @param tape computes
   * @param texts the rows as a batch
   * @param rows by their index among the training rows
   */
  Variable loss(Tape tape, TextBatch texts, int[] rows) {
    return loss.of(tape, model.pass().states(tape, texts, positions, rows, false), rows);
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
    if (loss.contrasts(epochNow)) {
      heads.asTheyAre(HeadStart.PROBE);
    }
    Heads now = model.heads();
    try (Scope scope = Scope.open()) {
      double[][] answers =
          states
              .ofValidation()
              .byRow(now, states.validation(), validationTargets.heads(), now::answers);
      return now.labels()
          .task()
          .scores(new AnsweredRows(now.labels(), validationTargets, answers))
          .byName();
    }
  }

  @Override
  public void close() {
    rule.close();
    ahead.close();
    states.close();
  }
}
