package io.haori.training.loop;

import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import io.haori.training.optim.ParameterGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One parameter of one element, whose losses, gradients and metrics the test sets. */
final class FakeTask implements TrainingTask, AutoCloseable {
  final Parameter parameter = new Parameter("p", Tensors.of(new float[] {1}, 1));
  final List<String> calls = new ArrayList<>();
  final List<Float> valuesAtValidation = new ArrayList<>();
  int batches = 2;
  List<Integer> rowsOfBatches = List.of(10);
  List<Double> losses = List.of(0.5);
  List<Float> gradients = List.of(1f);
  List<Map<String, Double>> metrics = List.of(Map.of());
  private int batchesSeen;

  private static <T> T at(List<T> values, int index) {
    return values.get(Math.min(index, values.size() - 1));
  }

  /** Metrics of one name, one value an epoch. */
  static List<Map<String, Double>> metrics(String name, double... values) {
    List<Map<String, Double>> metrics = new ArrayList<>();
    for (double value : values) {
      metrics.add(Map.of(name, value));
    }
    return metrics;
  }

  @Override
  public List<ParameterGroup> parameterGroups() {
    return List.of(ParameterGroup.of("all", List.of(parameter)));
  }

  @Override
  public int batches(int epoch) {
    return batches;
  }

  @Override
  public int tokens(int epoch, int batch) {
    return 100;
  }

  @Override
  public int rows(int epoch, int batch) {
    return rowsOfBatches.get(Math.min(batch, rowsOfBatches.size() - 1));
  }

  @Override
  public double lossAndGradients(int epoch, int batch, double lossFactor) {
    calls.add(epoch + ":" + batch + " x" + lossFactor);
    parameter.accumulate(Tensors.of(new float[] {at(gradients, batchesSeen)}, 1), lossFactor);
    return at(losses, batchesSeen++);
  }

  @Override
  public Map<String, Double> validate() {
    valuesAtValidation.add((float) parameter.value().item());
    return at(metrics, valuesAtValidation.size() - 1);
  }

  @Override
  public void close() {
    parameter.close();
  }
}
