package io.haori.training.machine;

import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.model.TextPass;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.model.backbone.Pooling;
import io.haori.model.backbone.TextBatch;
import io.haori.tensor.Scope;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.optim.AdamW;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.ParameterGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A module, a head and an optimizer on a base, and random texts: {@value #ROWS} of {@value #LONG}
 * tokens for a step, {@value #ROWS} of {@value #SHORT} for a pass, or as many tokens as the base
 * can read. Owns all but the base.
 */
final class MeteredModel implements AutoCloseable {
  static final int ROWS = 32;
  static final int LONG = 128;
  static final int SHORT = 32;

  private static final double RATE = 1e-4;
  private static final int[] FIRST_HEAD = new int[ROWS];

  private final DType dtype;
  private final AdapterModule module;
  private final Heads heads;
  private final AdamW optimizer;
  private final TextPass pass;
  private final TextBatch longTexts;
  private final TextBatch shortTexts;
  private final double[][] targets = new double[ROWS][];
  private int steps;

  MeteredModel(TextBase base, AdapterMethod method, DType dtype) {
    this.dtype = dtype;
    SplittableRandom random = new SplittableRandom(1);
    int positions = base.backbone().positions();
    int vocabulary = base.backbone().config().vocabularySize();
    module = AdapterModule.create("bench", method, base.backbone(), random);
    DomainLabels labels =
        DomainLabels.single(TaskCatalogue.CLASSIFICATION, LabelSet.of(List.of("no", "yes")));
    heads = Heads.create(labels, base.backbone().width(), random);
    List<Parameter> parameters =
        new ArrayList<>(module.parameters().stream().map(TrainedParameter::parameter).toList());
    parameters.addAll(heads.parameters());
    optimizer = new AdamW(AdamWConfig.DEFAULT, List.of(ParameterGroup.of("all", parameters)));
    TextOptions options = new TextOptions(Pooling.AUTO, Math.min(LONG, positions), dtype);
    pass = new TextPass(base, module, heads, options);
    longTexts = texts(random, vocabulary, Math.min(LONG, positions));
    shortTexts = texts(random, vocabulary, Math.min(SHORT, positions));
    for (int row = 0; row < ROWS; row++) {
      targets[row] = new double[] {row % 2};
    }
  }

  private static TextBatch texts(SplittableRandom random, int vocabulary, int length) {
    int[] lengths = new int[ROWS];
    Arrays.fill(lengths, length);
    long[] ids = random.longs((long) ROWS * length, 0, vocabulary).toArray();
    return new TextBatch(ids, new long[ids.length], lengths, length);
  }

  int stepTokens() {
    return (int) longTexts.tokens();
  }

  int passTokens() {
    return (int) shortTexts.tokens();
  }

  /** Forward, backward and the optimizer. */
  void step() {
    try (Scope scope = Scope.open();
        Tape tape = Tape.recording(dtype, steps++)) {
      Variable states = pass.pooled(tape, longTexts, false);
      tape.backward(heads.loss(tape, states, FIRST_HEAD, targets));
      optimizer.step(RATE);
      optimizer.zeroGradients();
    }
  }

  /** Forward to the probabilities. */
  void pass() {
    try (Scope scope = Scope.open();
        Tape tape = Tape.inference(dtype)) {
      heads.answers(0, pass.pooled(tape, shortTexts, false).value());
    }
  }

  @Override
  public void close() {
    longTexts.close();
    shortTexts.close();
    optimizer.close();
    heads.close();
    module.close();
  }
}
