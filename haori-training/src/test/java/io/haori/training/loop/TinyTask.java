package io.haori.training.loop;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.Linear;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.tensor.grad.Weight;
import io.haori.tensor.grad.activation.Gelu;
import io.haori.training.optim.ParameterGroup;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Sorts random points into three classes that a fixed random matrix gives them, by a network of two
 * layers with dropout in between. All randomness is a function of seed, epoch and batch.
 */
final class TinyTask implements TrainingTask, AutoCloseable {
  private static final int CLASSES = 3;

  private final long seed;
  private final int batches;
  private final int rows;
  private final int width;
  private final int hidden;
  private final Scope scope = Scope.open();
  private final Weight first;
  private final Weight bias;
  private final Weight second;
  private final Tensor teacher;
  private final List<ParameterGroup> groups;

  TinyTask(long seed, int batches, int rows, int width, int hidden) {
    this.seed = seed;
    this.batches = batches;
    this.rows = rows;
    this.width = width;
    this.hidden = hidden;
    SplittableRandom random = random(0, 0, 0);
    first = Weight.of("first.weight", Tensors.normal(random, 0.3, hidden, width));
    bias = Weight.of("first.bias", Tensors.zeros(DType.F32, hidden));
    second = Weight.of("second.weight", Tensors.normal(random, 0.3, CLASSES, hidden));
    teacher = Tensors.normal(random, 1, width, CLASSES);
    List<Parameter> weights = new ArrayList<>(first.makeTrainable());
    weights.addAll(second.makeTrainable());
    groups =
        List.of(
            ParameterGroup.of("weights", weights),
            new ParameterGroup("biases", bias.makeTrainable(), 2, 0));
  }

  /** Small enough to train in a moment. */
  static TinyTask small() {
    return new TinyTask(7, 5, 16, 8, 12);
  }

  private SplittableRandom random(int epoch, int batch, int site) {
    return new SplittableRandom(seed * 1_000_003 + epoch * 10_007L + batch * 101L + site);
  }

  /** Values of all parameters, one after another. */
  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    groups.forEach(group -> group.parameters().forEach(p -> bytes.writeBytes(p.value().toBytes())));
    return bytes.toByteArray();
  }

  @Override
  public List<ParameterGroup> parameterGroups() {
    return groups;
  }

  @Override
  public int batches(int epoch) {
    return batches;
  }

  @Override
  public int tokens(int epoch, int batch) {
    return rows;
  }

  @Override
  public int rows(int epoch, int batch) {
    return rows;
  }

  @Override
  public double lossAndGradients(int epoch, int batch, double lossFactor) {
    long seedOfPass = random(epoch, batch, 2).nextLong();
    try (Tape tape = Tape.recording(DType.F32, seedOfPass)) {
      Tensor x = Tensors.normal(random(epoch, batch, 1), 1, rows, width);
      Variable loss =
          loss(tape, x, Tensors.bernoulli(0.9, tape.nextSeed(), DType.F32, rows, hidden));
      double value = loss.value().item();
      tape.backward(scaled(tape, loss, lossFactor));
      return value;
    }
  }

  private static Variable scaled(Tape tape, Variable loss, double factor) {
    return Differentiated.apply(
        tape, List.of(loss), List.of(), inputs -> inputs.get(0).mul(factor));
  }

  private Variable loss(Tape tape, Tensor x, Tensor mask) {
    Tensor labels = labels(x);
    return Differentiated.apply(
        tape,
        List.of(logits(tape, x, mask)),
        List.of(),
        inputs -> inputs.get(0).logSoftmax().gather(1, labels).mean().mul(-1));
  }

  private Variable logits(Tape tape, Tensor x, Tensor mask) {
    Variable layer = Gelu.apply(tape, Linear.apply(tape, tape.constant(x), first, bias));
    Variable dropped =
        Differentiated.apply(
            tape, List.of(layer), List.of(), inputs -> inputs.get(0).mul(mask).mul(1 / 0.9));
    return Linear.apply(tape, dropped, second, null);
  }

  private Tensor labels(Tensor x) {
    return x.matmul(teacher).argmax(1).unsqueeze(1);
  }

  @Override
  public Map<String, Double> validate() {
    try (Tape tape = Tape.inference(DType.F32)) {
      Tensor x = Tensors.normal(random(0, 0, 3), 1, 64, width);
      Tensor mask = Tensors.full(0.9, DType.F32, 64, hidden);
      double loss = loss(tape, x, mask).value().item();
      long[] guesses = logits(tape, x, mask).value().argmax(1).toLongs();
      long[] labels = labels(x).toLongs();
      int right = 0;
      for (int i = 0; i < labels.length; i++) {
        right += guesses[i] == labels[i] ? 1 : 0;
      }
      Map<String, Double> metrics = new LinkedHashMap<>();
      metrics.put("loss", loss);
      metrics.put("accuracy", (double) right / labels.length);
      return metrics;
    }
  }

  @Override
  public void close() {
    first.close();
    bias.close();
    second.close();
    scope.close();
  }
}
