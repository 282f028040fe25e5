package io.haori.training.progressive;

import io.haori.adapter.spi.Phase;
import io.haori.adapter.spi.Stage;
import io.haori.adapter.spi.StepRule;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.training.optim.ParameterGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Two parameters of one number: the head and the body, which moves in stages with a top share. The
 * gradient of each is the number less 3, so that all is drawn to 3, but for an epoch's small push;
 * the score is what the test says, or how near the sum is to 6.
 */
final class StagedFake implements StagedTask, AutoCloseable {
  final Parameter head = new Parameter("head", Tensors.of(new float[] {0}, 1));
  final Parameter body = new Parameter("body", Tensors.of(new float[] {0}, 1));
  final List<String> epochsSeen = new ArrayList<>();
  final CountingRule rule = new CountingRule();
  List<Double> scores = List.of();
  private int validations;

  /** Counts its steps in every phase, which is all that it remembers. */
  static final class CountingRule implements StepRule {
    final List<Phase> begun = new ArrayList<>();
    int steps;

    @Override
    public void begin(Phase phase) {
      begun.add(phase);
    }

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

  float[] values() {
    return new float[] {(float) head.value().item(), (float) body.value().item()};
  }

  @Override
  public List<ParameterGroup> parameterGroups() {
    return List.of(ParameterGroup.of("all", List.of(head, body)));
  }

  @Override
  public List<ParameterGroup> parameterGroups(Stage stage) {
    List<Parameter> moving = stage.topShare() > 0 ? List.of(head, body) : List.of(head);
    return List.of(ParameterGroup.of("all", moving));
  }

  @Override
  public StepRule rule() {
    return rule;
  }

  @Override
  public int batches(int epoch) {
    return 2;
  }

  @Override
  public int tokens(int epoch, int batch) {
    return 10;
  }

  @Override
  public int rows(int epoch, int batch) {
    return 1;
  }

  @Override
  public double lossAndGradients(int epoch, int batch, double lossFactor) {
    epochsSeen.add(epoch + ":" + batch);
    double push = 0.1 * epoch + 0.01 * batch;
    for (Parameter parameter : List.of(head, body)) {
      parameter.accumulate(parameter.value().add(-3 + push), lossFactor);
    }
    return 1;
  }

  @Override
  public Map<String, Double> validate() {
    int at = validations++;
    double sum = head.value().item() + body.value().item();
    return Map.of(
        "accuracy",
        scores.isEmpty() ? -Math.abs(6 - sum) : scores.get(Math.min(at, scores.size() - 1)));
  }

  @Override
  public void close() {
    head.close();
    body.close();
  }
}
