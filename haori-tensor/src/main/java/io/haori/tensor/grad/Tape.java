package io.haori.tensor.grad;

import io.haori.core.weights.DType;
import io.haori.tensor.Autograd;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What was computed, in order, so that {@link #backward} can run the derivatives in reverse.
 *
 * <pre>{@code
 * try (Tape tape = Tape.recording(DType.BF16, seed)) {
 *   Variable hidden = Linear.frozen(tape, tape.constant(x), weight);
 *   Variable loss = ...;
 *   tape.backward(loss);          // gradients are added to the parameters
 * }
 * }</pre>
 *
 * A tape belongs to one thread. An operation computes its value at once; when the tape records and
 * something trainable lies behind the inputs, it also leaves a derivative here with the tensors
 * that this needs. Those are retained until they were used or the tape closes.
 */
public final class Tape implements AutoCloseable {
  /** A derivative: reads the gradient of the operation's output and adds to those of its inputs. */
  @FunctionalInterface
  public interface Derivative {
    /** Runs once, inside a scope of its own. */
    void run();
  }

  private record Node(
      Variable output, boolean freesGradient, Derivative derivative, List<Tensor> saved) {}

  private final DType dtype;
  private final boolean records;
  private final boolean training;
  private final long seed;
  private final @Nullable Map<Parameter, Tensor> leaves;
  private @Nullable InputObserver observer;
  private @Nullable AttentionObserver attention;
  private long draws;
  private final List<@Nullable Node> nodes = new ArrayList<>();

  private Tape(
      DType dtype,
      boolean records,
      boolean training,
      long seed,
      @Nullable Map<Parameter, Tensor> leaves) {
    this.dtype = dtype;
    this.seed = seed;
    this.leaves = leaves;
    this.records = records;
    this.training = training;
  }

  /**
   * A tape for training.
   *
   * @param dtype type of the activations: F32 or BF16
   * @param seed of all randomness of this pass, such as dropout
   */
  public static Tape recording(DType dtype, long seed) {
    return new Tape(dtype, true, true, seed, null);
  }

  /**
   * A tape that only computes; what depends on training, such as dropout, is off.
   *
   * @param dtype type of the activations: F32 or BF16
   */
  public static Tape inference(DType dtype) {
    return new Tape(dtype, false, false, 0, null);
  }

  /** Hears what each linear layer is given. */
  @FunctionalInterface
  public interface InputObserver {
    /**
     * Before a product.
     *
     * @param weight {@code [o, i]}
     * @param input {@code [n, i]}, valid during the call
     */
    void onInput(Weight weight, Tensor input);
  }

  /**
   * A tape that only computes and reports what linear layers are given.
   *
   * @param dtype type of the activations: F32 or BF16
   * @param observer hears of each product
   */
  public static Tape observing(DType dtype, InputObserver observer) {
    Tape tape = inference(dtype);
    tape.observer = observer;
    return tape;
  }

  /** Hears what each layer's attention computes. */
  @FunctionalInterface
  public interface AttentionObserver {
    /**
     * After attention.
     *
     * @param tape that records it
     * @param qkv {@code [tokens, 3·h]}: the columns of queries, keys, values; valid during the call
     * @param output {@code [tokens, h]}
     * @param heads number of heads
     */
    void onAttention(Tape tape, Tensor qkv, Variable output, int heads);
  }

  /**
   * A tape that records although nothing is trained, so that gradients of what tokens look at can
   * be asked for; what depends on training, such as dropout, is off. Everything behind the
   * embeddings has a gradient.
   *
   * @param dtype type of the activations: F32 or BF16
   * @param observer hears of each layer's attention
   */
  public static Tape explaining(DType dtype, AttentionObserver observer) {
    Tape tape = new Tape(dtype, true, false, 0, null);
    tape.attention = observer;
    return tape;
  }

  void observeAttention(Tensor qkv, Variable output, int heads) {
    if (attention != null) {
      attention.onAttention(this, qkv, output, heads);
    }
  }

  /**
   * A value as something that gradients are wanted of: of a tape that explains a variable with a
   * gradient, of any other the same.
   */
  public Variable explained(Variable value) {
    return attention == null ? value : variable(value.value(), true);
  }

  void observe(Weight weight, Tensor input) {
    if (observer != null) {
      observer.onInput(weight, input);
    }
  }

  /**
   * A tape for derivatives of derivatives: it leaves the remembering to libtorch, which
   * differentiates its own derivatives, and computes what a {@link #recording} tape of this seed
   * computes. Slower and larger. Layers ask for their parameters by {@link #value}, so that those
   * can be differentiated by, and use no operation that libtorch cannot differentiate twice.
   *
   * @param dtype type of the activations: F32 or BF16
   * @param seed of all randomness of this pass, such as dropout
   */
  public static Tape twice(DType dtype, long seed) {
    return new Tape(dtype, false, true, seed, new LinkedHashMap<>());
  }

  /** Type of the activations. */
  public DType dtype() {
    return dtype;
  }

  /** Whether derivatives are remembered. */
  public boolean records() {
    return records;
  }

  /** Whether dropout is on. */
  public boolean training() {
    return training;
  }

  /** Whether libtorch remembers, so that derivatives can be differentiated. */
  public boolean differentiatesTwice() {
    return leaves != null;
  }

  /**
   * The value of a parameter as this pass reads it.
   *
   * @param parameter read here
   * @return F32; on a tape made by {@link #twice} the start of a graph, the same at every call
   */
  public Tensor value(Parameter parameter) {
    return leaves == null
        ? parameter.value()
        : leaves.computeIfAbsent(parameter, p -> Autograd.leaf(p.value(), true).retain());
  }

  /** What {@link #value} gave for a parameter. */
  Tensor leaf(Parameter parameter) {
    Tensor leaf = leaves == null ? null : leaves.get(parameter);
    if (leaf == null) {
      throw new IllegalStateException(parameter.name() + " was not read from the tape");
    }
    return leaf;
  }

  /** A seed for the next random operation: depends on the tape's seed and the order of calls. */
  public long nextSeed() {
    // SplitMix64's mixing (Steele, Lea, Flood 2014): neighbouring counts give unrelated seeds.
    long z = seed + ++draws * 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A value that nothing trainable lies behind. */
  public Variable constant(Tensor value) {
    return new Variable(value, false);
  }

  /**
   * The result of an operation.
   *
   * @param value freshly computed
   * @param needsGradient whether something trainable lies behind it
   */
  public Variable variable(Tensor value, boolean needsGradient) {
    return new Variable(value, needsGradient);
  }

  /**
   * Remembers the derivative of an operation that made its output. Call it only when {@link
   * #records()}. The output's gradient is freed after this derivative ran.
   *
   * @param output whose gradient the derivative reads; it is skipped when none arrives
   * @param derivative adds to the gradients of the inputs
   * @param saved what the derivative reads; retained until then
   */
  public void record(Variable output, Derivative derivative, Tensor... saved) {
    add(output, true, derivative, saved);
  }

  /**
   * Remembers the derivative of an operation that changed a value in place. It may change the
   * gradient in place too; what made the value sees the changed gradient.
   *
   * @param changed whose gradient the derivative reads
   * @param derivative adds to the gradients of the inputs
   * @param saved what the derivative reads; retained until then
   */
  public void recordChange(Variable changed, Derivative derivative, Tensor... saved) {
    add(changed, false, derivative, saved);
  }

  private void add(Variable output, boolean made, Derivative derivative, Tensor... saved) {
    // What made a value is not on the tape when nothing below it learns. Then the first change is,
    // backwards, the last to read the gradient, which would otherwise wait for the garbage
    // collector.
    boolean frees = made || (output.beganAsConstant() && !output.isOnTape());
    output.putOnTape();
    for (Tensor tensor : saved) {
      tensor.retain();
    }
    nodes.add(new Node(output, frees, derivative, List.of(saved)));
  }

  /**
   * Runs all derivatives backwards from a loss.
   *
   * @param loss one element
   */
  public void backward(Variable loss) {
    try (Scope scope = Scope.open()) {
      loss.accumulate(Tensors.full(1.0, loss.value().dtype(), loss.value().shape()));
    }
    backwardFromGradients();
  }

  /** Runs all derivatives backwards from gradients that were put on variables before. */
  public void backwardFromGradients() {
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      nodes.set(i, null);
      if (node == null) {
        continue;
      }
      try (Scope scope = Scope.open()) {
        if (node.output.gradient() != null) {
          node.derivative.run();
        }
      } finally {
        release(node);
      }
    }
    nodes.clear();
  }

  /**
   * Computes a part without remembering it and computes it once more when its derivative is due:
   * gradient checkpointing (Chen et al. 2016, arXiv 1604.06174). Memory falls to the input of the
   * part, time grows by its forward pass.
   *
   * @param input of the part
   * @param part the same computation at every call, given the same input
   * @return its output
   */
  public Variable checkpoint(Variable input, BiFunction<Tape, Variable, Variable> part) {
    if (!records) {
      return part.apply(this, input);
    }
    // The second pass must draw what the first one drew.
    long partSeed = nextSeed();
    Tensor value;
    try (Tape forward = new Tape(dtype, false, training, partSeed, null)) {
      value = part.apply(forward, forward.constant(input.value())).value();
    }
    Variable output = variable(value, true);
    record(
        output,
        () -> {
          try (Tape again = new Tape(dtype, true, training, partSeed, null)) {
            Variable start = again.variable(input.value(), input.needsGradient());
            Variable end = part.apply(again, start);
            end.accumulate(output.requireGradient());
            again.backwardFromGradients();
            end.clearGradient();
            Tensor gradient = start.gradient();
            if (gradient != null) {
              input.accumulate(gradient);
              start.clearGradient();
            }
          }
        },
        input.value());
    return output;
  }

  /** Frees whatever was not used, for example after a forward pass without a backward one. */
  @Override
  public void close() {
    for (Node node : nodes) {
      if (node != null) {
        release(node);
      }
    }
    nodes.clear();
    if (leaves != null) {
      leaves.values().forEach(Tensor::close);
      leaves.clear();
    }
  }

  private static void release(Node node) {
    if (node.freesGradient) {
      node.output.clearGradient();
    }
    for (Tensor tensor : node.saved) {
      tensor.close();
    }
  }
}
