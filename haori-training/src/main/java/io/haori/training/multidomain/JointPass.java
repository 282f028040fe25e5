package io.haori.training.multidomain;

import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.Routing;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.tokens.BatchPlan;
import io.haori.inference.tokens.RowsAhead;
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
import io.haori.training.task.answer.Predictions;
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
 * @param train training rows, whose pictures are decoded before their step comes
 */
record JointPass(TextBase base, DomainRows rows, TextOptions options, int most, RowsAhead train)
    implements AutoCloseable {
  private static final int EVALUATION_BATCH = 32;
  private static final int TRIAL_ROWS = 128;

  /** Steps, or rounds of an evaluation, whose pictures are decoded before. */
  private static final int AHEAD = 4;

  /** Pictures of domains are the same in each epoch. */
  private static final int EVERY_EPOCH = 0;

  /** With its own look at the training rows. */
  JointPass(TextBase base, DomainRows rows, TextOptions options, int most) {
    this(base, rows, options, most, new RowsAhead(rows.tokens(Split.TRAIN)));
  }

  /** One model's rows in a pass. */
  @SuppressWarnings("ArrayRecordComponent") // Read once, never compared.
  private record RunBatch(DomainSetRun run, int[] index, TokenBatch tokens) {}

  /**
   * One step of each model.
   *
   * @param runs that have a step to do
   */
  void step(List<DomainSetRun> runs) {
    if (train.reads()) {
      expect(train, runs.stream().map(run -> run.next(1 + AHEAD)).toList());
    }
    List<int[][]> passes = runs.stream().map(DomainSetRun::begin).toList();
    int rounds = passes.stream().mapToInt(one -> one.length).max().orElseThrow();
    for (int round = 0; round < rounds; round++) {
      List<RunBatch> batches = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        if (round < passes.get(i).length) {
          int[] index = passes.get(i)[round];
          batches.add(new RunBatch(runs.get(i), index, train.batch(EVERY_EPOCH, index)));
        }
      }
      parts(batches).forEach(this::learn);
    }
    runs.forEach(DomainSetRun::end);
  }

  /** What comes first of each model, then what comes second. */
  private static void expect(RowsAhead ahead, List<List<int[]>> soon) {
    int most = soon.stream().mapToInt(List::size).max().orElse(0);
    List<RowsAhead.Wanted> all = new ArrayList<>();
    for (int at = 0; at < most; at++) {
      for (List<int[]> one : soon) {
        if (at < one.size()) {
          all.add(new RowsAhead.Wanted(EVERY_EPOCH, one.get(at)));
        }
      }
    }
    ahead.expect(all);
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
        TextBatch texts = TextPass.batch(tokens)) {
      Variable hidden = base.backbone().hidden(tape, texts, Adaptation.NONE, false);
      hidden.value().sum().item();
    }
    return tokens.tokens();
  }

  private List<List<RunBatch>> parts(List<RunBatch> batches) {
    return PassPlan.of(batches.stream().map(RunBatch::tokens).toList(), most).stream()
        .map(part -> part.stream().map(batches::get).toList())
        .toList();
  }

  private void learn(List<RunBatch> batches) {
    List<int[][]> byDomain =
        batches.stream().map(batch -> batch.run().positions(batch.index())).toList();
    try (Scope scope = Scope.open();
        Tape tape = Tape.recording(options.precision(), batches.get(0).run().stepSeed());
        TextBatch texts = texts(batches)) {
      Variable pooled = pooled(tape, texts, batches);
      List<Parameter> heads =
          batches.stream().flatMap(batch -> batch.run().heads().parameters().stream()).toList();
      Variable losses =
          Differentiated.apply(tape, List.of(pooled), heads, in -> losses(in, batches, byDomain));
      float[] values = losses.value().toFloats();
      float[] factors = new float[values.length];
      int next = 0;
      for (int i = 0; i < batches.size(); i++) {
        for (int own = 0; own < byDomain.get(i).length; own++) {
          if (byDomain.get(i)[own].length > 0) {
            factors[next++] = (float) batches.get(i).run().factor(own);
          }
        }
      }
      losses.accumulate(Tensors.of(factors, factors.length));
      tape.backwardFromGradients();
      tell(batches, byDomain, values);
    }
  }

  /** {@code [models · domains with rows]} sums of the rows' losses. */
  private static Tensor losses(List<Tensor> in, List<RunBatch> batches, List<int[][]> byDomain) {
    Tensor vectors = in.get(0).to(DType.F32);
    List<Tensor> sums = new ArrayList<>();
    int parameter = 1;
    long from = 0;
    for (int i = 0; i < batches.size(); i++) {
      DomainSetRun run = batches.get(i).run();
      int[] index = batches.get(i).index();
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

  private static void tell(List<RunBatch> batches, List<int[][]> byDomain, float[] values) {
    int next = 0;
    for (int i = 0; i < batches.size(); i++) {
      int[][] ours = byDomain.get(i);
      double[] sums = new double[ours.length];
      int[] counts = new int[ours.length];
      for (int own = 0; own < ours.length; own++) {
        counts[own] = ours[own].length;
        sums[own] = counts[own] > 0 ? values[next++] : 0;
      }
      batches.get(i).run().passed(sums, counts, batches.get(i).tokens().tokens());
    }
  }

  private TextBatch texts(List<RunBatch> batches) {
    TokenBatch all =
        TokenBatch.joined(batches.stream().map(RunBatch::tokens).toList(), base.reader().padId());
    return TextPass.batch(all);
  }

  private Variable pooled(Tape tape, TextBatch texts, List<RunBatch> batches) {
    List<AdapterModule> modules = batches.stream().map(batch -> batch.run().module()).toList();
    Adaptation adaptation =
        AdapterModule.routed(
            modules,
            new Routing(
                batches.stream().map(p -> p.index().length).toList(),
                batches.stream().map(p -> p.tokens().tokens()).toList()));
    return options.pooling().apply(tape, base.backbone(), texts, adaptation, false);
  }

  /**
   * What each model says of all its rows of a split.
   *
   * @param runs the models
   * @param split whose rows
   * @return for each model {@code [rows]} the class in the row's head, in the order of {@link
   *     DomainSetRun#rowsOf}
   */
  List<int[]> predict(List<DomainSetRun> runs, Split split) {
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
    try (RowsAhead ahead = new RowsAhead(tokens)) {
      for (int round = 0; round < rounds; round++) {
        if (ahead.reads()) {
          expect(ahead, soon(ours, plans, round));
        }
        List<RunBatch> batches = new ArrayList<>();
        List<Integer> owners = new ArrayList<>();
        for (int i = 0; i < runs.size(); i++) {
          if (round < plans.get(i).size()) {
            int[] index = rowsOf(ours.get(i), plans.get(i).get(round));
            batches.add(new RunBatch(runs.get(i), index, ahead.batch(EVERY_EPOCH, index)));
            owners.add(i);
          }
        }
        for (List<Integer> part :
            PassPlan.of(batches.stream().map(RunBatch::tokens).toList(), most)) {
          List<int[]> classes =
              classes(part.stream().map(batches::get).toList(), part, owners, targets);
          for (int at = 0; at < part.size(); at++) {
            int owner = owners.get(part.get(at));
            int[] places = plans.get(owner).get(round);
            for (int row = 0; row < places.length; row++) {
              said.get(owner)[places[row]] = classes.get(at)[row];
            }
          }
        }
      }
    }
    return said;
  }

  /** The rows of each model's rounds from one on. */
  private static List<List<int[]>> soon(List<int[]> ours, List<List<int[]>> plans, int from) {
    List<List<int[]>> all = new ArrayList<>();
    for (int i = 0; i < plans.size(); i++) {
      int[] mine = ours.get(i);
      all.add(
          plans.get(i).stream()
              .skip(from)
              .limit(1 + AHEAD)
              .map(places -> rowsOf(mine, places))
              .toList());
    }
    return all;
  }

  private static int[] rowsOf(int[] ours, int[] places) {
    return IntStream.of(places).map(at -> ours[at]).toArray();
  }

  private List<int[]> classes(
      List<RunBatch> batches, List<Integer> part, List<Integer> owners, List<Targets> targets) {
    List<int[]> classes = new ArrayList<>();
    try (Scope scope = Scope.open();
        Tape tape = Tape.inference(options.precision());
        TextBatch texts = texts(batches)) {
      Tensor vectors = pooled(tape, texts, batches).value();
      long from = 0;
      for (int at = 0; at < batches.size(); at++) {
        int[] index = batches.get(at).index();
        Tensor mine = vectors.narrow(0, from, index.length);
        int[] heads = targets.get(owners.get(part.get(at))).heads();
        classes.add(classes(batches.get(at).run(), index, heads, mine));
        from += index.length;
      }
    }
    return classes;
  }

  private static int[] classes(DomainSetRun run, int[] index, int[] headOfRow, Tensor vectors) {
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

  @Override
  public void close() {
    train.close();
  }
}
