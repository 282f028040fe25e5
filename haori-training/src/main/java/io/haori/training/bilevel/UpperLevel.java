package io.haori.training.bilevel;

import io.haori.adapter.spi.Hypergradient;
import io.haori.adapter.spi.Phase;
import io.haori.adapter.spi.StepRule;
import io.haori.adapter.spi.TrainingStrategy.BiLevel;
import io.haori.core.check.UserError;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.training.loop.LoopConfig;
import io.haori.training.optim.AdamW;
import io.haori.training.optim.AdamWConfig;
import io.haori.training.optim.ParameterGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The upper level's step, taken between the lower level's gradient and its step:
 *
 * <pre>{@code
 * V' = V − ξ ∇_V L_inner(V, m)                                   ξ: the lower level's rate now
 * h  = ∇_m L_outer(V', m) − ξ ∇²_{m,V} L_inner(V, m) · v         v = ∇_{V'} L_outer(V', m)
 * finite: ∇²_{m,V} L_inner · v ≈ (∇_m L_inner(V + e v) − ∇_m L_inner(V − e v)) / 2e   e = 0.01/‖v‖
 * }</pre>
 *
 * and m moves along h by an AdamW of its own, without weight decay: a magnitude's natural place is
 * not zero (DARTS, Liu, Simonyan, Yang 2018, arXiv 1806.09055). The inner gradient serves both V'
 * and the lower level's own step, which saves one pass of five: both levels move from the same V
 * and m. Four passes are left, three over inner rows and one over outer ones.
 *
 * <p>What the method's own rule does, it does after this to the lower level's gradient.
 */
final class UpperLevel implements StepRule {
  private static final double STEP_OF_DIFFERENCE = 0.01;
  private static final String METHOD = "method.";
  private static final String COUNTS = "upper.counts";
  private static final String FIRST = "upper.firstMoments";
  private static final String SECOND = "upper.secondMoments";

  private final LoopConfig config;
  private final BiLevelTask task;
  private final BiLevel levels;
  private final List<Parameter> lower;
  private final List<Parameter> upper;
  private final Consumer<Phase> begun;

  /** Placeholders for the upper parameters, whose memory belongs to the loop's optimizer. */
  private final List<Parameter> movers = new ArrayList<>();

  private final AdamW optimizer;
  private final List<InnerBatch> innerBatches = new ArrayList<>();
  private Phase phase = Phase.GROWING;
  private double lossSum;
  private long lossRows;

  /** A batch of the inner part whose gradient is in the step to come. */
  private record InnerBatch(int epoch, int batch, double lossFactor) {}

  /**
   * A batch of the outer part.
   *
   * @param epoch pass over the outer part
   * @param batch of that pass
   */
  record OuterBatch(int epoch, int batch) {}

  UpperLevel(
      LoopConfig config,
      BiLevelTask task,
      BiLevel levels,
      List<Parameter> lower,
      Consumer<Phase> begun) {
    this.config = config;
    this.task = task;
    this.levels = levels;
    this.lower = lower;
    this.upper = task.upper();
    this.begun = begun;
    try (Scope scope = Scope.open()) {
      upper.forEach(p -> movers.add(new Parameter(p.name(), p.value().copy())));
    }
    AdamWConfig ofLower = config.optimizer();
    optimizer =
        new AdamW(
            new AdamWConfig(
                ofLower.learningRate() * levels.upperRateFactor(),
                ofLower.beta1(),
                ofLower.beta2(),
                ofLower.epsilon(),
                0),
            List.of(ParameterGroup.of("upper level", movers)));
  }

  /**
   * The batch of the outer part for a step.
   *
   * @param stepsBefore steps of the lower level that were done before
   */
  OuterBatch outerBatch(int stepsBefore) {
    int turn = stepsBefore / levels.unroll();
    int batches = task.batches(Part.OUTER, 0);
    return new OuterBatch(turn / batches, turn % batches);
  }

  /** Hears of an inner batch whose gradient is in the step to come. */
  void willStepAfter(int epoch, int batch, double lossFactor) {
    innerBatches.add(new InnerBatch(epoch, batch, lossFactor));
  }

  /** Mean loss of the outer rows since the last call; NaN when there were none. */
  double takeMeanLoss() {
    double mean = lossRows == 0 ? Double.NaN : lossSum / lossRows;
    lossSum = 0;
    lossRows = 0;
    return mean;
  }

  @Override
  public void begin(Phase newPhase) {
    phase = newPhase;
    innerBatches.clear();
    begun.accept(newPhase);
    task.rule().begin(newPhase);
  }

  @Override
  public void beforeStep(int step, int steps) {
    if (phase != Phase.FIXED) {
      if ((step - 1) % levels.unroll() == 0) {
        double rate = config.optimizer().learningRate() * config.schedule().factor(step - 1, steps);
        move(step, rate);
      }
      // The loop's optimizer must not clip the lower gradients by the length of these.
      upper.forEach(parameter -> parameter.gradient().zeroInPlace());
    }
    innerBatches.clear();
    task.rule().beforeStep(step, steps);
  }

  private void move(int step, double rate) {
    List<Tensor> hypergradient = hypergradient(step, rate);
    for (int i = 0; i < upper.size(); i++) {
      movers.get(i).value().copyInPlace(upper.get(i).value());
      movers.get(i).gradient().copyInPlace(hypergradient.get(i));
    }
    double bound = config.maxGradientNorm();
    double norm = bound > 0 ? optimizer.clip(bound) : optimizer.gradientNorm();
    requireFinite("norm of the upper level's gradient", norm, step, rate);
    optimizer.step(rate * levels.upperRateFactor());
    for (int i = 0; i < upper.size(); i++) {
      upper.get(i).value().copyInPlace(movers.get(i).value());
    }
  }

  private void requireFinite(String what, double value, int step, double rate) {
    if (!Double.isFinite(value)) {
      throw new UserError(
          "training stopped at step %d: the %s is %s at learning rate %s; try a lower training.learningRate than %s"
              .formatted(step, what, value, rate, config.optimizer().learningRate()));
    }
  }

  /**
   * The gradient that the upper parameters move along. The gradient of the inner batches is in the
   * lower parameters before and after.
   *
   * @param step of the lower level, counted from 1
   * @param rate of that step
   * @return one an upper parameter, in the current scope
   */
  List<Tensor> hypergradient(int step, double rate) {
    List<Tensor> values = copies(lower, false);
    List<Tensor> gradients = copies(lower, true);
    try {
      shift(values, gradients, -rate);
      zeroGradients();
      OuterBatch outer = outerBatch(step - 1);
      int rows = task.rows(Part.OUTER, outer.epoch(), outer.batch());
      double loss = task.lossAndGradients(Part.OUTER, outer.epoch(), outer.batch(), 1.0);
      requireFinite("loss of the outer rows", loss, step, rate);
      lossSum += rows * loss;
      lossRows += rows;
      List<Tensor> result = copies(upper, true);
      List<Tensor> direction = copies(lower, true);
      double length = length(direction);
      if (rate > 0 && length > 0 && Double.isFinite(length)) {
        List<Tensor> mixed =
            levels.hypergradient() == Hypergradient.EXACT
                ? exact(values, direction)
                : differences(values, direction, STEP_OF_DIFFERENCE / length);
        for (int i = 0; i < result.size(); i++) {
          result.get(i).addScaledInPlace(mixed.get(i), -rate);
        }
      }
      return result;
    } finally {
      shift(values, gradients, 0);
      for (int i = 0; i < lower.size(); i++) {
        lower.get(i).gradient().copyInPlace(gradients.get(i));
      }
    }
  }

  private List<Tensor> differences(List<Tensor> values, List<Tensor> direction, double reach) {
    List<Tensor> ahead = upperGradients(values, direction, reach);
    List<Tensor> behind = upperGradients(values, direction, -reach);
    for (int i = 0; i < ahead.size(); i++) {
      ahead.get(i).addScaledInPlace(behind.get(i), -1).mulInPlace(1 / (2 * reach));
    }
    return ahead;
  }

  private List<Tensor> upperGradients(List<Tensor> values, List<Tensor> direction, double factor) {
    shift(values, direction, factor);
    zeroGradients();
    for (InnerBatch inner : innerBatches) {
      task.preciseGradients(inner.epoch(), inner.batch(), inner.lossFactor());
    }
    return copies(upper, true);
  }

  private List<Tensor> exact(List<Tensor> values, List<Tensor> direction) {
    shift(values, direction, 0);
    List<Tensor> sums = new ArrayList<>();
    upper.forEach(parameter -> sums.add(parameter.value().mul(0)));
    for (InnerBatch inner : innerBatches) {
      List<Tensor> mixed = task.mixedDerivative(inner.epoch(), inner.batch(), lower, direction);
      for (int i = 0; i < sums.size(); i++) {
        sums.get(i).addScaledInPlace(mixed.get(i), inner.lossFactor());
      }
    }
    return sums;
  }

  /** {@code lower ← values + factor · direction}. */
  private void shift(List<Tensor> values, List<Tensor> direction, double factor) {
    for (int i = 0; i < lower.size(); i++) {
      lower.get(i).value().copyInPlace(values.get(i));
      if (factor != 0) {
        lower.get(i).value().addScaledInPlace(direction.get(i), factor);
      }
    }
  }

  private void zeroGradients() {
    lower.forEach(parameter -> parameter.gradient().zeroInPlace());
    upper.forEach(parameter -> parameter.gradient().zeroInPlace());
  }

  private static List<Tensor> copies(List<Parameter> parameters, boolean gradients) {
    return parameters.stream()
        .map(parameter -> (gradients ? parameter.gradient() : parameter.value()).copy())
        .toList();
  }

  private static double length(List<Tensor> tensors) {
    double sum = 0;
    for (Tensor tensor : tensors) {
      sum += tensor.square().sum().item();
    }
    return Math.sqrt(sum);
  }

  @Override
  public void afterStep(int step, int steps, double learningRate) {
    task.rule().afterStep(step, steps, learningRate);
  }

  @Override
  public boolean isComplete() {
    return task.rule().isComplete();
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new TreeMap<>();
    task.rule().state().forEach((name, tensor) -> state.put(METHOD + name, tensor));
    // The bits of a double, since a tensor has numbers of one kind.
    long[] counts = {optimizer.steps(), lossRows, Double.doubleToLongBits(lossSum)};
    state.put(COUNTS, Tensors.of(counts, counts.length));
    state.put(FIRST, optimizer.firstMoments().copy());
    state.put(SECOND, optimizer.secondMoments().copy());
    return state;
  }

  @Override
  public void restore(Map<String, Tensor> state) {
    long[] counts = remembered(state, COUNTS).toLongs();
    lossRows = counts[1];
    lossSum = Double.longBitsToDouble(counts[2]);
    optimizer.restore(
        (int) counts[0],
        optimizer.values().copy(),
        remembered(state, FIRST),
        remembered(state, SECOND));
    Map<String, Tensor> ofMethod = new TreeMap<>();
    state.forEach(
        (name, tensor) -> {
          if (name.startsWith(METHOD)) {
            ofMethod.put(name.substring(METHOD.length()), tensor);
          }
        });
    task.rule().restore(ofMethod);
  }

  private static Tensor remembered(Map<String, Tensor> state, String name) {
    @Nullable Tensor tensor = state.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no " + name + " in " + state.keySet());
    }
    return tensor;
  }

  /** The task's own rule stays open. */
  @Override
  public void close() {
    optimizer.close();
    movers.forEach(Parameter::close);
  }
}
