package io.haori.training.task;

import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Differentiated;
import io.haori.tensor.grad.Parameter;
import io.haori.tensor.grad.Tape;
import io.haori.tensor.grad.Variable;
import io.haori.training.data.DomainLabels;
import io.haori.training.data.Targets;
import io.haori.training.data.TaskKind;
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
 * Linear heads on the pooled vector, one a domain: {@code scores = v Wᵀ + b}, computed in F32. The
 * loss is the mean over the batch's rows of cross entropy for classes and of the squared error for
 * numbers, which are learnt in units of their deviation ({@link TargetScale}) and answered in their
 * own. Owns its parameters.
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
  static Heads create(
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
  static Heads restore(
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
  @Nullable Projection projection() {
    return projection;
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

  /** The units in which the heads learn, by head. */
  public List<TargetScale> scales() {
    return scales;
  }

  /** Whether a head learns numbers in another unit than it answers in. */
  boolean isScaled() {
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
  Map<String, Tensor> learnt() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    parameters().forEach(parameter -> tensors.put(parameter.name(), parameter.value()));
    if (projection != null) {
      projection.putInto(tensors);
    }
    return tensors;
  }

  /**
   * Mean loss of a batch.
   *
   * @param tape remembers the derivative
   * @param pooled {@code [rows, width]}
   * @param targets of all rows of the data
   * @param rowIndex {@code [rows]} which rows these are
   * @return one element, F32
   */
  Variable loss(Tape tape, Variable pooled, Targets targets, int[] rowIndex) {
    return Differentiated.apply(
        tape,
        List.of(pooled),
        parameters(),
        in -> {
          Tensor vectors = in.get(0).to(DType.F32);
          Tensor total = Tensors.zeros(DType.F32);
          for (int head = 0; head < labels.size(); head++) {
            int[] places = placesOf(head, targets, rowIndex);
            if (places.length > 0) {
              Tensor ours = places.length == rowIndex.length ? vectors : rows(vectors, places);
              Tensor scores = scores(ours, in.get(1 + 2 * head), in.get(2 + 2 * head));
              total = total.add(lossSum(head, scores, targets, rowIndex, places));
            }
          }
          return total.mul(1.0 / rowIndex.length);
        });
  }

  /**
   * Sum of the losses of some rows of one head, for a part that libtorch differentiates.
   *
   * @param head its index
   * @param parameters values of {@link #parameters}, in their order
   * @param vectors {@code [places, width]}, F32
   * @param targets of all rows of the data
   * @param rowIndex {@code [rows]} which rows of the data a batch has
   * @param places {@code [places]} which of these the vectors belong to
   * @return one element, F32
   */
  public Tensor lossSum(
      int head,
      List<Tensor> parameters,
      Tensor vectors,
      Targets targets,
      int[] rowIndex,
      int[] places) {
    Tensor scores = scores(vectors, parameters.get(2 * head), parameters.get(2 * head + 1));
    return lossSum(head, scores, targets, rowIndex, places);
  }

  private static int[] placesOf(int head, Targets targets, int[] rowIndex) {
    return IntStream.range(0, rowIndex.length)
        .filter(place -> targets.heads()[rowIndex[place]] == head)
        .toArray();
  }

  private Tensor lossSum(int head, Tensor scores, Targets targets, int[] rowIndex, int[] places) {
    if (labels.kind() == TaskKind.REGRESSION) {
      float[] values = new float[places.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) scales.get(head).standard(targets.values()[rowIndex[places[i]]]);
      }
      return scores.sub(Tensors.of(values, values.length, 1)).square().sum();
    }
    long[] classes = new long[places.length];
    for (int i = 0; i < classes.length; i++) {
      classes[i] = targets.classes()[rowIndex[places[i]]];
    }
    return scores.logSoftmax().gather(1, Tensors.of(classes, classes.length, 1)).sum().mul(-1);
  }

  private static Tensor rows(Tensor vectors, int[] places) {
    long[] index = IntStream.of(places).asLongStream().toArray();
    return vectors.indexSelect(0, Tensors.of(index, index.length));
  }

  private Tensor scores(Tensor vectors, Tensor weight, Tensor bias) {
    Tensor input = projection == null ? vectors : projection.apply(vectors);
    return input.matmul(weight.t()).add(bias);
  }

  /**
   * What one head says: probabilities of its classes, or the number.
   *
   * @param head its index
   * @param pooled {@code [rows, width]}
   * @return {@code [rows][outputs]}
   */
  public float[][] answers(int head, Tensor pooled) {
    try (Scope scope = Scope.open()) {
      Tensor scores = scores(head, pooled);
      if (labels.kind() == TaskKind.REGRESSION) {
        return floats(inUnit(head, scores));
      }
      return rows(scores.softmax(), labels.outputs(head));
    }
  }

  /**
   * The numbers that one head of a regression says, with all their digits.
   *
   * @param head its index
   * @param pooled {@code [rows, width]}
   * @return {@code [rows]} in the unit of the labels
   */
  public double[] numbers(int head, Tensor pooled) {
    try (Scope scope = Scope.open()) {
      return inUnit(head, scores(head, pooled));
    }
  }

  private double[] inUnit(int head, Tensor scores) {
    float[] standard = scores.toFloats();
    double[] numbers = new double[standard.length];
    for (int row = 0; row < numbers.length; row++) {
      numbers[row] = scales.get(head).inUnit(standard[row]);
    }
    return numbers;
  }

  private static float[][] floats(double[] numbers) {
    float[][] rows = new float[numbers.length][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = new float[] {(float) numbers[row]};
    }
    return rows;
  }

  /**
   * Scores of one head before the softmax; the number of a regression.
   *
   * @param head its index
   * @param pooled {@code [rows, width]}
   * @return {@code [rows][outputs]}
   */
  public float[][] logits(int head, Tensor pooled) {
    if (labels.kind() == TaskKind.REGRESSION) {
      return answers(head, pooled);
    }
    try (Scope scope = Scope.open()) {
      return rows(scores(head, pooled), labels.outputs(head));
    }
  }

  private Tensor scores(int head, Tensor pooled) {
    return scores(pooled.to(DType.F32), weights.get(head).value(), biases.get(head).value());
  }

  private static float[][] rows(Tensor matrix, int width) {
    float[] flat = matrix.toFloats();
    float[][] rows = new float[flat.length / width][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = Arrays.copyOfRange(flat, row * width, (row + 1) * width);
    }
    return rows;
  }

  @Override
  public void close() {
    parameters().forEach(Parameter::close);
    if (projection != null) {
      projection.close();
    }
  }
}
