package io.haori.training.multidomain;

import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Routing;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.tokens.BatchPlan;
import io.haori.inference.tokens.TokenBatch;
import io.haori.inference.tokens.TokenizedRows;
import io.haori.model.backbone.Adaptation;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.data.Split;
import io.haori.training.sidebyside.PassPlan;
import io.haori.training.task.Predictions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Passes through the base that several models share: each model's rows meet its own module and its
 * own heads, the base's products run once over all of them.
 *
 * @param base shared
 * @param rows of all domains
 * @param options how texts are read
 * @param most tokens that go through the base at once, which bounds memory
 */
record JointPass(TextBase base, DomainRows rows, TextOptions options, int most) {
  private static final int EVALUATION_BATCH = 32;
  private static final int TRIAL_ROWS = 128;

  /** One model's rows in a pass. */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  private record Piece(SetRun run, int[] index, TokenBatch tokens) {}

  /**
   * One step of each model.
   *
   * @param runs that have a step to do
   */
  void step(List<SetRun> runs) {
    List<int[][]> passes = runs.stream().map(SetRun::begin).toList();
    int rounds = passes.stream().mapToInt(one -> one.length).max().orElseThrow();
    for (int round = 0; round < rounds; round++) {
      List<Piece> pieces = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        if (round < passes.get(i).length) {
          int[] index = passes.get(i)[round];
          pieces.add(new Piece(runs.get(i), index, rows.tokens(Split.TRAIN).batch(index)));
        }
      }
      parts(pieces).forEach(this::learn);
    }
    runs.forEach(SetRun::end);
  }

  /**
   * Reads some training rows without learning, to see how fast the machine is.
   *
   * @return tokens that were read
   */
  long trial() {
    int[] index =
        IntStream.range(0, Math.min(TRIAL_ROWS, rows.tokens(Split.TRAIN).size())).toArray();
    TokenBatch tokens = rows.tokens(Split.TRAIN).batch(index);
    try (Scope scope = Scope.open();
        Tape tape = Tape.inference(options.precision());
        TextBatch texts =
            new TextBatch(tokens.ids(), tokens.typeIds(), tokens.lengths(), tokens.length())) {
      Variable hidden = base.backbone().hidden(tape, texts, Adaptation.NONE, false);
      hidden.value().sum().item();
    }
    return tokens.tokens();
  }

  private List<List<Piece>> parts(List<Piece> pieces) {
    return PassPlan.of(pieces.stream().map(Piece::tokens).toList(), most).stream()
        .map(part -> part.stream().map(pieces::get).toList())
        .toList();
  }

  private void learn(List<Piece> pieces) {
    List<int[][]> byDomain =
        pieces.stream().map(piece -> piece.run().places(piece.index())).toList();
    try (Scope scope = Scope.open();
        Tape tape = Tape.recording(options.precision(), pieces.get(0).run().stepSeed());
        TextBatch texts = texts(pieces)) {
      Variable pooled = pooled(tape, texts, pieces);
      List<Parameter> heads =
          pieces.stream().flatMap(piece -> piece.run().heads().parameters().stream()).toList();
      Variable losses =
          Differentiated.apply(tape, List.of(pooled), heads, in -> losses(in, pieces, byDomain));
      float[] values = losses.value().toFloats();
      float[] factors = new float[values.length];
      int next = 0;
      for (int i = 0; i < pieces.size(); i++) {
        for (int own = 0; own < byDomain.get(i).length; own++) {
          if (byDomain.get(i)[own].length > 0) {
            factors[next++] = (float) pieces.get(i).run().factor(own);
          }
        }
      }
      losses.accumulate(Tensors.of(factors, factors.length));
      tape.backwardFromGradients();
      tell(pieces, byDomain, values);
    }
  }

  /** {@code [models · domains with rows]} sums of the rows' losses. */
  private static Tensor losses(List<Tensor> in, List<Piece> pieces, List<int[][]> byDomain) {
    Tensor vectors = in.get(0).to(DType.F32);
    List<Tensor> sums = new ArrayList<>();
    int parameter = 1;
    long from = 0;
    for (int i = 0; i < pieces.size(); i++) {
      SetRun run = pieces.get(i).run();
      int[] index = pieces.get(i).index();
      int count = 2 * run.heads().labels().size();
      List<Tensor> ours = in.subList(parameter, parameter + count);
      Tensor mine = vectors.narrow(0, from, index.length);
      for (int own = 0; own < byDomain.get(i).length; own++) {
        int[] at = byDomain.get(i)[own];
        if (at.length > 0) {
          Tensor some = at.length == index.length ? mine : mine.indexSelect(0, index(at));
          sums.add(run.heads().lossSum(run.headOf(own), ours, some, run.trainTargets(), index, at));
        }
      }
      parameter += count;
      from += index.length;
    }
    return Tensors.stack(sums, 0);
  }

  private static void tell(List<Piece> pieces, List<int[][]> byDomain, float[] values) {
    int next = 0;
    for (int i = 0; i < pieces.size(); i++) {
      int[][] ours = byDomain.get(i);
      double[] sums = new double[ours.length];
      int[] counts = new int[ours.length];
      for (int own = 0; own < ours.length; own++) {
        counts[own] = ours[own].length;
        sums[own] = counts[own] > 0 ? values[next++] : 0;
      }
      pieces.get(i).run().passed(sums, counts, pieces.get(i).tokens().tokens());
    }
  }

  private TextBatch texts(List<Piece> pieces) {
    TokenBatch all =
        TokenBatch.joined(pieces.stream().map(Piece::tokens).toList(), base.tokenizer().padId());
    return new TextBatch(all.ids(), all.typeIds(), all.lengths(), all.length());
  }

  private Variable pooled(Tape tape, TextBatch texts, List<Piece> pieces) {
    List<AdapterModule> modules = pieces.stream().map(piece -> piece.run().module()).toList();
    Adaptation adaptation =
        AdapterModule.routed(
            modules,
            new Routing(
                pieces.stream().map(p -> p.index().length).toList(),
                pieces.stream().map(p -> p.tokens().tokens()).toList()));
    return options.pooling().apply(tape, base.backbone(), texts, adaptation, false);
  }

  /**
   * What each model says of all its rows of a split.
   *
   * @param runs the models
   * @param split whose rows
   * @return for each model {@code [rows]} the class in the row's head, in the order of {@link
   *     SetRun#rowsOf}
   */
  List<int[]> predict(List<SetRun> runs, Split split) {
    TokenizedRows tokens = rows.tokens(split);
    int[] lengths = tokens.lengths();
    List<int[]> ours = runs.stream().map(run -> run.rowsOf(split)).toList();
    List<Targets> targets = runs.stream().map(run -> run.targets(split)).toList();
    List<int[]> said = ours.stream().map(one -> new int[one.length]).toList();
    List<List<int[]>> plans = new ArrayList<>();
    for (int[] one : ours) {
      int[] own = IntStream.of(one).map(row -> lengths[row]).toArray();
      plans.add(BatchPlan.evaluation(own, EVALUATION_BATCH).batches());
    }
    int rounds = plans.stream().mapToInt(List::size).max().orElseThrow();
    for (int round = 0; round < rounds; round++) {
      List<Piece> pieces = new ArrayList<>();
      List<Integer> owners = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        if (round < plans.get(i).size()) {
          int[] mine = ours.get(i);
          int[] index = IntStream.of(plans.get(i).get(round)).map(at -> mine[at]).toArray();
          pieces.add(new Piece(runs.get(i), index, tokens.batch(index)));
          owners.add(i);
        }
      }
      for (List<Integer> part : PassPlan.of(pieces.stream().map(Piece::tokens).toList(), most)) {
        List<int[]> classes =
            classes(part.stream().map(pieces::get).toList(), part, owners, targets);
        for (int at = 0; at < part.size(); at++) {
          int owner = owners.get(part.get(at));
          int[] places = plans.get(owner).get(round);
          for (int row = 0; row < places.length; row++) {
            said.get(owner)[places[row]] = classes.get(at)[row];
          }
        }
      }
    }
    return said;
  }

  private List<int[]> classes(
      List<Piece> pieces, List<Integer> part, List<Integer> owners, List<Targets> targets) {
    List<int[]> classes = new ArrayList<>();
    try (Scope scope = Scope.open();
        Tape tape = Tape.inference(options.precision());
        TextBatch texts = texts(pieces)) {
      Tensor vectors = pooled(tape, texts, pieces).value();
      long from = 0;
      for (int at = 0; at < pieces.size(); at++) {
        int[] index = pieces.get(at).index();
        Tensor mine = vectors.narrow(0, from, index.length);
        int[] heads = targets.get(owners.get(part.get(at))).heads();
        classes.add(classes(pieces.get(at).run(), index, heads, mine));
        from += index.length;
      }
    }
    return classes;
  }

  private static int[] classes(SetRun run, int[] index, int[] headOfRow, Tensor vectors) {
    int[] classes = new int[index.length];
    for (int head = 0; head < run.heads().labels().size(); head++) {
      int wanted = head;
      int[] at =
          IntStream.range(0, index.length).filter(i -> headOfRow[index[i]] == wanted).toArray();
      if (at.length > 0) {
        Tensor some = at.length == index.length ? vectors : vectors.indexSelect(0, index(at));
        float[][] logits = run.heads().logits(head, some);
        for (int i = 0; i < at.length; i++) {
          classes[at[i]] = Predictions.greatest(logits[i]);
        }
      }
    }
    return classes;
  }

  private static Tensor index(int[] places) {
    return Tensors.of(IntStream.of(places).asLongStream().toArray(), places.length);
  }
}
