package io.haori.training.pretrain;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.tensor.Scope;
import io.haori.tensor.grad.Tape;
import io.haori.training.data.DataFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * How well a decoder predicts rows, one by one, with whatever module: two modules are compared on
 * the same tokens of the same rows. Tokens are those that {@link Pretrainer} learns from: of a
 * prompt with its answer the answer's, of a text all but the first.
 */
public final class AnswerLosses {
  /** Tokens of rows that go through the base at once; a single row may have more. */
  private static final int TOKENS = 4096;

  private final PretrainSettings settings;
  private final CausalObjective objective;
  private final TokenizedRows rows;
  private final int[] owners;
  private final int count;

  private AnswerLosses(
      PretrainSettings settings,
      CausalObjective objective,
      TokenizedRows rows,
      int[] owners,
      int count) {
    this.settings = settings;
    this.objective = objective;
    this.rows = rows;
    this.owners = owners;
    this.count = count;
  }

  /**
   * The rows that a run on a corpus measures on.
   *
   * @param base a decoder; stays open
   * @param settings of the run
   * @param corpus of the run
   */
  public static AnswerLosses ofHeldOut(
      TextBase base, PretrainSettings settings, DomainCorpus corpus) {
    CausalObjective objective = objective(base, settings);
    TokenizedRows heldOut = DomainTexts.of(corpus, objective, base.tokenizer(), settings).heldOut();
    return new AnswerLosses(
        settings, objective, heldOut, IntStream.range(0, heldOut.size()).toArray(), heldOut.size());
  }

  /**
   * Rows of a file, in their order.
   *
   * @param base a decoder; stays open
   * @param settings say how rows are read
   * @param file that the rows are in
   * @param some of its rows
   */
  public static AnswerLosses of(
      TextBase base, PretrainSettings settings, DataFile file, List<Row> some) {
    CausalObjective objective = objective(base, settings);
    List<String> texts = new ArrayList<>();
    some.forEach(row -> texts.add(objective.joined(file, row)));
    CausalObjective.OwnedRows owned = objective.owned(texts, base.tokenizer());
    return new AnswerLosses(settings, objective, owned.rows(), owned.owners(), some.size());
  }

  /**
   * Rows of a file, whatever was learnt.
   *
   * @param base a decoder; stays open
   * @param precision type of the passes
   * @param maxLength tokens of a row at most
   * @param file that the rows are in
   * @param some of its rows
   */
  public static AnswerLosses of(
      TextBase base, DType precision, int maxLength, DataFile file, List<Row> some) {
    PretrainSettings usual = PretrainSettings.of(MethodCatalogue.create("frozen", Map.of()));
    return of(base, usual.reading(maxLength, precision), file, some);
  }

  private static CausalObjective objective(TextBase base, PretrainSettings settings) {
    PretrainSettings causal = settings.with(ObjectiveChoice.CAUSAL.resolve(base));
    return new CausalObjective(base, Objects.requireNonNull(base.backbone().causalHead()), causal);
  }

  /**
   * Losses of rows.
   *
   * @param sums {@code [rows]} sums over a row's tokens of {@code −log p}, in nats
   * @param tokens {@code [rows]} how many tokens were predicted; 0 for a row without any
   */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  public record RowLosses(double[] sums, double[] tokens) {
    /** Mean over all predicted tokens; {@code exp} of it is the perplexity. */
    public double mean() {
      return Arrays.stream(sums).sum() / Math.max(1, Arrays.stream(tokens).sum());
    }

    /** {@code [rows]} means over each row's tokens. */
    public double[] means() {
      return IntStream.range(0, sums.length)
          .mapToDouble(row -> sums[row] / Math.max(1, tokens[row]))
          .toArray();
    }

    /** Both sides of {@link #mean} as a share, {@code [2][rows]}. */
    public double[][] sides() {
      return new double[][] {sums, tokens};
    }
  }

  /**
   * Measures.
   *
   * @param adaptation which module sits where
   */
  public RowLosses with(Adaptation adaptation) {
    double[] sums = new double[count];
    double[] tokens = new double[count];
    int from = 0;
    while (from < rows.size()) {
      int to = end(from);
      List<DomainBatch> batches = new ArrayList<>();
      for (int row = from; row < to; row++) {
        batches.add(CausalObjective.batch(rows, row));
      }
      try (Scope scope = Scope.open();
          Tape tape = Tape.inference(settings.precision())) {
        double[] means = objective.losses(tape, batches, adaptation);
        for (int row = from; row < to; row++) {
          int places = batches.get(row - from).classes().length;
          sums[owners[row]] += means[row - from] * places;
          tokens[owners[row]] += places;
        }
      }
      from = to;
    }
    return new RowLosses(sums, tokens);
  }

  /** Rows from one on that go through the base at once; the index behind the last one. */
  private int end(int from) {
    int[] lengths = rows.lengths();
    int to = from + 1;
    long read = lengths[from];
    while (to < lengths.length && read + lengths[to] <= TOKENS) {
      read += lengths[to++];
    }
    return to;
  }

  /**
   * The gradient of the loss, the mean over all predicted tokens, with respect to a module.
   *
   * @param module stays open and unchanged; its gradients are the result's afterwards
   * @return all parameters' gradients, one after another
   */
  public float[] gradient(AdapterModule module) {
    List<TrainedParameter> parameters = module.parameters();
    parameters.forEach(one -> one.parameter().gradient().zeroInPlace());
    double all = 0;
    for (int row = 0; row < rows.size(); row++) {
      all += CausalObjective.batch(rows, row).classes().length;
    }
    int from = 0;
    while (from < rows.size()) {
      int to = end(from);
      DomainBatch batch =
          CausalObjective.batch(rows, IntStream.range(from, to).toArray()).counting(all);
      try (Scope scope = Scope.open();
          Tape tape = Tape.recording(settings.precision(), 0)) {
        objective.losses(tape, List.of(batch), module);
      }
      from = to;
    }
    float[] gradient =
        new float[Math.toIntExact(parameters.stream().mapToLong(p -> p.parameter().count()).sum())];
    int at = 0;
    for (TrainedParameter one : parameters) {
      float[] values = one.parameter().gradient().toFloats();
      System.arraycopy(values, 0, gradient, at, values.length);
      at += values.length;
    }
    return gradient;
  }
}
