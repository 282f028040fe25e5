package io.haori.training.bilevel;

import io.haori.adapter.spi.StepRule;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.training.optim.ParameterGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Two numbers whose derivatives can be taken by hand. Each batch pushes a little on its own, so
 * that the order of batches shows in the last bits.
 *
 * <pre>{@code
 * L_inner(v, m) = (v − m)² / 2 + push v        L_outer(v, m) = (v − 3)² / 2 + (m − 1)² / 20
 * L_all(v, m)   = (v − 2 m)² / 2
 * }</pre>
 */
final class TwoNumbers implements BiLevelTask, AutoCloseable {
  static final int INNER_BATCHES = 3;
  static final int OUTER_BATCHES = 2;

  final Parameter v = new Parameter("v", Tensors.of(new float[] {0.5f}, 1));
  final Parameter m = new Parameter("layer.m", Tensors.of(new float[] {2}, 1));
  final List<String> seen = new ArrayList<>();
  final CountingRule rule = new CountingRule();
  List<Double> scores = List.of();
  private int validations;

  /** Counts its steps, which is all that it remembers. */
  static final class CountingRule implements StepRule {
    int steps;

    @Override
    public void afterStep(int step, int all, double learningRate) {
      steps++;
    }

    @Override
    public Map<String, Tensor> state() {
      return Map.of("steps", Tensors.of(new long[] {steps}, 1));
    }

    @Override
    public void restore(Map<String, Tensor> state) {
      steps = (int) state.values().iterator().next().item();
    }
  }

  static double push(int epoch, int batch) {
    return 0.01 * (1 + batch) + 0.001 * epoch;
  }

  @Override
  public List<ParameterGroup> lowerGroups() {
    return List.of(ParameterGroup.of("lower", List.of(v)));
  }

  @Override
  public List<Parameter> upper() {
    return List.of(m);
  }

  @Override
  public int batches(Part part, int epoch) {
    return switch (part) {
      case INNER -> INNER_BATCHES;
      case OUTER -> OUTER_BATCHES;
      case ALL -> 2;
    };
  }

  @Override
  public int tokens(Part part, int epoch, int batch) {
    return part == Part.OUTER ? 1 : 10;
  }

  @Override
  public int rows(Part part, int epoch, int batch) {
    return 1;
  }

  @Override
  public double lossAndGradients(Part part, int epoch, int batch, double lossFactor) {
    seen.add(part + " " + epoch + ":" + batch);
    return gradients(part, epoch, batch, lossFactor);
  }

  private double gradients(Part part, int epoch, int batch, double lossFactor) {
    double x = v.value().item();
    double y = m.value().item();
    double dv;
    double dm;
    double loss;
    switch (part) {
      case INNER -> {
        dv = x - y + push(epoch, batch);
        dm = y - x;
        loss = (x - y) * (x - y) / 2 + push(epoch, batch) * x;
      }
      case OUTER -> {
        dv = x - 3;
        dm = (y - 1) / 10;
        loss = (x - 3) * (x - 3) / 2 + (y - 1) * (y - 1) / 20;
      }
      default -> {
        dv = x - 2 * y;
        dm = 4 * y - 2 * x;
        loss = (x - 2 * y) * (x - 2 * y) / 2;
      }
    }
    v.accumulate(Tensors.of(new float[] {(float) dv}, 1), lossFactor);
    m.accumulate(Tensors.of(new float[] {(float) dm}, 1), lossFactor);
    return loss;
  }

  @Override
  public void preciseGradients(int epoch, int batch, double lossFactor) {
    seen.add("precise " + epoch + ":" + batch);
    gradients(Part.INNER, epoch, batch, lossFactor);
  }

  /** {@code ∂²L_inner / ∂m ∂v = −1}. */
  @Override
  public List<Tensor> mixedDerivative(
      int epoch, int batch, List<Parameter> lower, List<Tensor> direction) {
    seen.add("mixed " + epoch + ":" + batch);
    return List.of(direction.get(0).mul(-1));
  }

  @Override
  public StepRule rule() {
    return rule;
  }

  @Override
  public Map<String, Double> validate() {
    double score =
        scores.isEmpty()
            ? 1 - Math.abs(v.value().item() - 3) / 10
            : scores.get(validations++ % scores.size());
    return Map.of("accuracy", score);
  }

  @Override
  public void close() {
    v.close();
    m.close();
  }
}
