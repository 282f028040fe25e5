package io.haori.inference.model;

import io.haori.analysis.calibration.Temperature;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.TargetScale;
import io.haori.inference.task.spi.Targets;
import io.haori.inference.task.spi.Task;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Linear heads, one a domain: {@code scores = v Wᵀ + b} for the vector {@code v} at each position,
 * the pooled vector of a text or the state of a word, computed in F32. What the scores mean and how
 * they are learnt is the {@link Task}'s; the loss is the mean over the batch's positions. Owns its
 * parameters.
 *
 * <p>A head that another program trained may have a {@link Projection} before it.
 */
public final class Heads implements AutoCloseable {
  private static final String ONLY = "classifier";

  private final DomainLabels labels;
  private final List<TargetScale> scales;
  private final List<Parameter> weights = new ArrayList<>();
  private final List<Parameter> biases = new ArrayList<>();
  private @Nullable Projection projection;
  private volatile Temperature temperature = Temperature.NONE;

  private Heads(DomainLabels labels, List<TargetScale> scales) {
    if (scales.size() != labels.size()) {
      throw new IllegalArgumentException(scales.size() + " scales for " + labels.size());
    }
    this.labels = labels;
    this.scales = List.copyOf(scales);
  }

  /**
   * New heads: weights uniform in ±1/√width, biases zero.
   *
   * @param labels one head for each of its heads
   * @param width of the pooled vector
   * @param random source of the starting values
   */
  public static Heads create(DomainLabels labels, int width, RandomGenerator random) {
    return create(labels, width, head -> random);
  }

  /**
   * New heads that learn numbers in units of their deviation.
   *
   * @param labels one head for each of its heads
   * @param scales one a head
   * @param width of the pooled vector
   * @param random source of the starting values
   */
  public static Heads create(
      DomainLabels labels, List<TargetScale> scales, int width, RandomGenerator random) {
    return create(labels, scales, width, head -> random);
  }

  /**
   * New heads, each from a source of its own: a domain's head starts the same in any company.
   *
   * @param labels one head for each of its heads
   * @param width of the pooled vector
   * @param random source of the starting values, by the head's index
   */
  public static Heads create(DomainLabels labels, int width, IntFunction<RandomGenerator> random) {
    return create(labels, TargetScale.none(labels), width, random);
  }

  private static Heads create(
      DomainLabels labels,
      List<TargetScale> scales,
      int width,
      IntFunction<RandomGenerator> random) {
    Heads heads = new Heads(labels, scales);
    double bound = 1 / Math.sqrt(width);
    try (Scope scope = Scope.open()) {
      for (int head = 0; head < labels.size(); head++) {
        int outputs = labels.outputs(head);
        heads.add(
            Tensors.uniform(random.apply(head), -bound, bound, outputs, width),
            Tensors.zeros(DType.F32, outputs));
      }
    }
    return heads;
  }

  /**
   * Heads from a file.
   *
   * @param labels one head for each of its heads
   * @param width of the pooled vector
   * @param tensors as {@link #tensors} gave them
   */
  public static Heads restore(DomainLabels labels, int width, Map<String, Tensor> tensors) {
    return restore(labels, TargetScale.none(labels), width, tensors);
  }

  /**
   * Heads from a file.
   *
   * @param labels one head for each of its heads
   * @param scales one a head
   * @param width of the pooled vector
   * @param tensors as {@link #learnt} gave them
   */
  public static Heads restore(
      DomainLabels labels, List<TargetScale> scales, int width, Map<String, Tensor> tensors) {
    Heads heads = new Heads(labels, scales);
    try (Scope scope = Scope.open()) {
      for (int head = 0; head < labels.size(); head++) {
        int outputs = labels.outputs(head);
        String name = name(labels, head);
        String before = nameBefore(labels, head);
        if (!tensors.containsKey(name + ".weight") && tensors.containsKey(before + ".weight")) {
          name = before;
        }
        heads.add(
            checked(tensors, name + ".weight", outputs, width),
            checked(tensors, name + ".bias", outputs));
      }
      for (Projection.Activation activation : Projection.Activation.values()) {
        if (tensors.containsKey(activation.weight())) {
          heads.projection =
              new Projection(
                  activation,
                  checked(tensors, activation.weight(), width, width),
                  checked(tensors, activation.bias(), width));
        }
      }
      return heads;
    } catch (RuntimeException e) {
      heads.close();
      throw e;
    }
  }

  private static Tensor checked(Map<String, Tensor> tensors, String name, long... shape) {
    Tensor tensor = tensors.get(name);
    if (tensor == null || !Arrays.equals(tensor.shape(), shape)) {
      throw new UserError(
          name
              + " must be in the adapter with the shape "
              + Arrays.toString(shape)
              + ", got "
              + (tensor == null ? "nothing" : Arrays.toString(tensor.shape())));
    }
    return tensor.to(DType.F32).copy();
  }

  /** What comes before the heads, null when they read the pooled vector itself. */
  public @Nullable Projection projection() {
    return projection;
  }

  /** What the scores are divided by before they become probabilities. */
  public Temperature temperature() {
    return temperature;
  }

  /**
   * Calibrates the probabilities of classes from the next answer on. Scores, losses and what is
   * stored stay as they were learnt.
   *
   * @param newTemperature fitted on rows that the heads were not trained on
   */
  public void calibrate(Temperature newTemperature) {
    temperature = newTemperature;
  }

  private void add(Tensor weight, Tensor bias) {
    String name = name(labels, weights.size());
    weights.add(new Parameter(name + ".weight", weight));
    biases.add(new Parameter(name + ".bias", bias));
  }

  /**
   * The only head is called {@code classifier}, several have their domain in the name. A dot in it
   * would look like a level of the name and is written as {@code %2E}, so {@code %} as {@code %25}:
   * no two domains have one name.
   */
  private static String name(DomainLabels labels, int head) {
    return labels.size() == 1
        ? ONLY
        : ONLY + "." + labels.heads().get(head).domain().replace("%", "%25").replace(".", "%2E");
  }

  /** What {@link #name} gave before: {@code line.1} and {@code line_1} had one name. */
  private static String nameBefore(DomainLabels labels, int head) {
    return labels.size() == 1
        ? ONLY
        : ONLY + "." + labels.heads().get(head).domain().replace('.', '_');
  }

  /**
   * Puts other numbers into a head.
   *
   * @param head its index
   * @param weight {@code [outputs][width]}
   * @param scale of the weights
   * @param bias {@code [outputs]}
   */
  public void replace(int head, double[][] weight, double scale, double[] bias) {
    try (Scope scope = Scope.open()) {
      int width = weight[0].length;
      double[] flat = Arrays.stream(weight).flatMapToDouble(Arrays::stream).toArray();
      Tensor numbers = Tensors.of(flat, weight.length, width).mul(scale);
      weights.get(head).value().copyInPlace(numbers);
      biases.get(head).value().copyInPlace(Tensors.of(bias, bias.length));
    }
  }

  /** What the heads answer. */
  public DomainLabels labels() {
    return labels;
  }

  /** All parameters. */
  public List<Parameter> parameters() {
    List<Parameter> all = new ArrayList<>();
    for (int head = 0; head < weights.size(); head++) {
      all.add(weights.get(head));
      all.add(biases.get(head));
    }
    return all;
  }

  /** How many numbers they have. */
  public long count() {
    return parameters().stream().mapToLong(Parameter::count).sum();
  }

  /** The units in which the heads learn, by head. */
  public List<TargetScale> scales() {
    return scales;
  }

  /** Whether a head learns numbers in another unit than it answers in. */
  public boolean isScaled() {
    return scales.stream().anyMatch(scale -> !scale.equals(TargetScale.NONE));
  }

  /**
   * Weights and biases by name that answer in the unit of the labels, for programs that know no
   * other: those that were learnt where the units are one, else made of them in the current scope,
   * {@code W' = deviation · W} and {@code b' = deviation · b + mean}, rounded to F32.
   */
  public Map<String, Tensor> tensors() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int head = 0; head < weights.size(); head++) {
      TargetScale scale = scales.get(head);
      Tensor weight = weights.get(head).value();
      Tensor bias = biases.get(head).value();
      boolean same = scale.equals(TargetScale.NONE);
      tensors.put(weights.get(head).name(), same ? weight : weight.mul(scale.deviation()));
      tensors.put(
          biases.get(head).name(), same ? bias : bias.mul(scale.deviation()).add(scale.mean()));
    }
    if (projection != null) {
      projection.putInto(tensors);
    }
    return tensors;
  }

  /** Weights and biases by name as they were learnt; they stay owned by the heads. */
  public Map<String, Tensor> learnt() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    parameters().forEach(parameter -> tensors.put(parameter.name(), parameter.value()));
    if (projection != null) {
      projection.putInto(tensors);
    }
    return tensors;
  }

  /**
   * Mean loss over positions.
   *
   * @param tape remembers the derivative
   * @param states {@code [positions, width]}
   * @param headOfPosition {@code [positions]} index of the head that answers
   * @param targets {@code [positions][]}, as {@link Task#targetAt} gives them
   * @return one element, F32
   */
  public Variable loss(Tape tape, Variable states, int[] headOfPosition, double[][] targets) {
    double[] ones = new double[targets.length];
    Arrays.fill(ones, 1);
    return loss(tape, states, headOfPosition, targets, ones);
  }

  /**
   * The mean loss of positions that count differently.
   *
   * @param tape computes
   * @param states {@code [positions, width]}
   * @param headOfPosition {@code [positions]} index of the head that answers
   * @param targets {@code [positions][]}, as {@link Task#targetAt} gives them
   * @param weights {@code [positions]} factors of the losses; few differ
   * @return one element, F32: {@code Σ weight · loss / positions}
   */
  public Variable loss(
      Tape tape, Variable states, int[] headOfPosition, double[][] targets, double[] weights) {
    double[] different = Arrays.stream(weights).distinct().toArray();
    return Differentiated.apply(
        tape,
        List.of(states),
        parameters(),
        in -> {
          Tensor vectors = in.get(0).to(DType.F32);
          Tensor total = Tensors.zeros(DType.F32);
          for (int head = 0; head < labels.size(); head++) {
            int[] positions = positionsOf(head, headOfPosition);
            if (positions.length > 0) {
              Tensor ours = positions.length == targets.length ? vectors : rows(vectors, positions);
              Tensor scores = scores(ours, in.get(1 + 2 * head), in.get(2 + 2 * head));
              for (double weight : different) {
                total = total.add(weighted(head, scores, positions, targets, weights, weight));
              }
            }
          }
          return total.mul(1.0 / targets.length);
        });
  }

  /**
   * Sum of the losses of some rows of one head, for a part that libtorch differentiates and a task
   * that reads the text as a whole.
   *
   * @param head its index
   * @param parameters values of {@link #parameters}, in their order
   * @param vectors {@code [positions, width]}, F32
   * @param targets of all rows of the data
   * @param rowIndex {@code [rows]} which rows of the data a batch has
   * @param positions {@code [positions]} which of these the vectors belong to
   * @return one element, F32
   */
  public Tensor lossSum(
      int head,
      List<Tensor> parameters,
      Tensor vectors,
      Targets targets,
      int[] rowIndex,
      int[] positions) {
    Tensor scores = scores(vectors, parameters.get(2 * head), parameters.get(2 * head + 1));
    double[][] wanted =
        IntStream.of(positions).mapToObj(at -> targets.of(rowIndex[at])).toArray(double[][]::new);
    return labels.task().lossSum(scores, wanted, scales.get(head));
  }

  private static int[] positionsOf(int head, int[] headOfPosition) {
    return IntStream.range(0, headOfPosition.length)
        .filter(at -> headOfPosition[at] == head)
        .toArray();
  }

  /** The losses of the positions with one weight, times it. */
  private Tensor weighted(
      int head,
      Tensor scores,
      int[] positions,
      double[][] targets,
      double[] weights,
      double weight) {
    int[] places =
        IntStream.range(0, positions.length)
            .filter(at -> weights[positions[at]] == weight)
            .toArray();
    if (places.length == 0) {
      return Tensors.zeros(DType.F32);
    }
    double[][] wanted =
        IntStream.of(places).mapToObj(at -> targets[positions[at]]).toArray(double[][]::new);
    Tensor ours = places.length == positions.length ? scores : rows(scores, places);
    Tensor sum = labels.task().lossSum(ours, wanted, scales.get(head));
    return weight == 1 ? sum : sum.mul(weight);
  }

  private static Tensor rows(Tensor vectors, int[] positions) {
    long[] index = IntStream.of(positions).asLongStream().toArray();
    return vectors.indexSelect(0, Tensors.of(index, index.length));
  }

  private Tensor scores(Tensor vectors, Tensor weight, Tensor bias) {
    Tensor input = projection == null ? vectors : projection.apply(vectors);
    return input.matmul(weight.t()).add(bias);
  }

  /**
   * What one head says: probabilities of its classes, calibrated where {@link #calibrate} said how,
   * or numbers in the unit of the labels.
   *
   * @param head its index
   * @param states {@code [positions, width]}
   * @return {@code [positions][outputs]}
   */
  public double[][] answers(int head, Tensor states) {
    try (Scope scope = Scope.open()) {
      Tensor scores = scores(head, states);
      double divisor = temperature.value();
      return labels
          .task()
          .answers(divisor == 1 ? scores : scores.mul(1 / divisor), scales.get(head));
    }
  }

  /**
   * Scores of one head before they become probabilities; numbers in the unit of the labels.
   *
   * @param head its index
   * @param states {@code [positions, width]}
   * @return {@code [positions][outputs]}
   */
  public float[][] logits(int head, Tensor states) {
    return floats(rawScores(head, states));
  }

  /** The same in double precision. */
  double[][] rawScores(int head, Tensor states) {
    try (Scope scope = Scope.open()) {
      return labels.task().logits(scores(head, states), scales.get(head));
    }
  }

  /** The same numbers in F32. */
  public static float[][] floats(double[][] numbers) {
    float[][] floats = new float[numbers.length][];
    for (int row = 0; row < floats.length; row++) {
      floats[row] = new float[numbers[row].length];
      for (int k = 0; k < floats[row].length; k++) {
        floats[row][k] = (float) numbers[row][k];
      }
    }
    return floats;
  }

  private Tensor scores(int head, Tensor pooled) {
    return scores(pooled.to(DType.F32), weights.get(head).value(), biases.get(head).value());
  }

  @Override
  public void close() {
    parameters().forEach(Parameter::close);
    if (projection != null) {
      projection.close();
    }
  }
}
