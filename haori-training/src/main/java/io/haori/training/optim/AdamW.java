package io.haori.training.optim;

import io.haori.core.weights.DType;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.tensor.grad.Parameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101), step for step as
 * {@code torch.optim.AdamW}.
 *
 * <pre>{@code
 * p ← p (1 − lr · decay)
 * m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²
 * p ← p − lr / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
 * }</pre>
 *
 * Values {@code p}, gradients {@code g} and moments {@code m}, {@code v} of all parameters lie in
 * one flat F32 array each, group after group, so a step is a few passes over memory however many
 * parameters there are. The parameters are moved into the first two arrays; this object owns the
 * arrays and frees its hold on them at {@link #close()}, after which the parameters are still
 * there.
 */
public final class AdamW implements AutoCloseable {
  /** Every parameter begins at a multiple of 64 bytes, as memory that the engine hands out does. */
  private static final long ALIGNMENT = 16;

  /** Elements treated at once: a chunk of all arrays fits a core's cache. */
  private static final long CHUNK = 1 << 18;

  /**
   * Where a parameter lies in the flat arrays.
   *
   * @param name of the parameter
   * @param group its group's name
   * @param shape its lengths
   * @param offset of its first element
   */
  public record Slot(String name, String group, List<Long> shape, long offset) {
    @Override
    public String toString() {
      return name + " " + shape + " of " + group + " at " + offset;
    }
  }

  /** A group's range of the flat arrays. */
  private record Range(ParameterGroup group, long start, long end) {}

  private final AdamWConfig config;
  private final List<Range> ranges = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();
  private final Tensor values;
  private final Tensor gradients;
  private final Tensor firstMoments;
  private final Tensor secondMoments;
  private int steps;

  /**
   * Takes parameters over; their gradients become zero.
   *
   * @param config what can be chosen
   * @param groups no parameter and no name twice
   */
  public AdamW(AdamWConfig config, List<ParameterGroup> groups) {
    this.config = config;
    long total = layOut(groups);
    try (Scope scope = Scope.open()) {
      values = Tensors.zeros(DType.F32, total).retain();
      gradients = Tensors.zeros(DType.F32, total).retain();
      firstMoments = Tensors.zeros(DType.F32, total).retain();
      secondMoments = Tensors.zeros(DType.F32, total).retain();
      int slot = 0;
      for (ParameterGroup group : groups) {
        for (Parameter parameter : group.parameters()) {
          long offset = slots.get(slot++).offset();
          long[] shape = parameter.value().shape();
          parameter.moveTo(
              values.narrow(0, offset, parameter.count()).view(shape),
              gradients.narrow(0, offset, parameter.count()).view(shape));
        }
      }
    }
  }

  private long layOut(List<ParameterGroup> groups) {
    Set<String> names = new HashSet<>();
    long offset = 0;
    for (ParameterGroup group : groups) {
      long start = offset;
      for (Parameter parameter : group.parameters()) {
        if (!names.add(parameter.name())) {
          throw new IllegalArgumentException("two parameters are called " + parameter.name());
        }
        List<Long> shape = new ArrayList<>();
        for (long length : parameter.value().shape()) {
          shape.add(length);
        }
        slots.add(new Slot(parameter.name(), group.name(), List.copyOf(shape), offset));
        offset += (parameter.count() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      }
      ranges.add(new Range(group, start, offset));
    }
    return offset;
  }

  /**
   * Moves all parameters along their gradients, which stay as they are.
   *
   * @param learningRate of this step, before the factors of the groups
   */
  public void step(double learningRate) {
    steps++;
    // StrictMath: a resumed run must see the same bits as an uninterrupted one.
    double correction1 = 1 - StrictMath.pow(config.beta1(), steps);
    double correction2 = Math.sqrt(1 - StrictMath.pow(config.beta2(), steps));
    for (Range range : ranges) {
      double rate = learningRate * range.group.learningRateFactor();
      double decay = rate * config.weightDecay() * range.group.weightDecayFactor();
      for (long start = range.start; start < range.end; start += CHUNK) {
        long length = Math.min(CHUNK, range.end - start);
        move(start, length, rate / correction1, 1 / correction2, 1 - decay);
      }
    }
  }

  private void move(long start, long length, double size, double inverse2, double kept) {
    try (Scope scope = Scope.open()) {
      Tensor p = values.narrow(0, start, length);
      Tensor g = gradients.narrow(0, start, length);
      Tensor m = firstMoments.narrow(0, start, length);
      Tensor v = secondMoments.narrow(0, start, length);
      if (kept != 1) {
        p.mulInPlace(kept);
      }
      m.mulInPlace(config.beta1()).addScaledInPlace(g, 1 - config.beta1());
      v.mulInPlace(config.beta2()).addProductInPlace(g, g, 1 - config.beta2());
      Tensor denominator = v.sqrt().mulInPlace(inverse2).add(config.epsilon());
      p.addScaledInPlace(m.div(denominator), -size);
    }
  }

  /** Sets all gradients to zero. */
  public void zeroGradients() {
    gradients.zeroInPlace();
  }

  /** Euclidean norm of all gradients together; NaN or infinite when one of them is. */
  public double gradientNorm() {
    double sum = 0;
    for (long start = 0; start < gradients.count(); start += CHUNK) {
      try (Scope scope = Scope.open()) {
        long length = Math.min(CHUNK, gradients.count() - start);
        sum += gradients.narrow(0, start, length).square().sum().item();
      }
    }
    return Math.sqrt(sum);
  }

  /**
   * Scales all gradients down so that their norm is at most a bound, as {@code
   * torch.nn.utils.clip_grad_norm_}. Gradients whose norm is not finite are left as they are.
   *
   * @param maxNorm the bound
   * @return the norm before
   */
  public double clip(double maxNorm) {
    double norm = gradientNorm();
    double factor = maxNorm / (norm + 1e-6);
    if (factor < 1 && Double.isFinite(norm)) {
      gradients.mulInPlace(factor);
    }
    return norm;
  }

  /** Whether no value of a parameter is NaN or infinite. */
  public boolean valuesAreFinite() {
    for (long start = 0; start < values.count(); start += CHUNK) {
      try (Scope scope = Scope.open()) {
        if (!values.narrow(0, start, Math.min(CHUNK, values.count() - start)).isFinite()) {
          return false;
        }
      }
    }
    return true;
  }

  /** Steps done, those before a {@link #restore} included. */
  public int steps() {
    return steps;
  }

  /** Where each parameter lies. */
  public List<Slot> slots() {
    return List.copyOf(slots);
  }

  /** Values of all parameters, flat; writing here moves the parameters. */
  public Tensor values() {
    return values;
  }

  /** Gradients of all parameters, flat. */
  public Tensor gradients() {
    return gradients;
  }

  /** First moments, flat. */
  public Tensor firstMoments() {
    return firstMoments;
  }

  /** Second moments, flat. */
  public Tensor secondMoments() {
    return secondMoments;
  }

  /**
   * Goes back to a state that was read from here before; gradients become zero.
   *
   * @param newSteps as {@link #steps()} was
   * @param newValues as {@link #values()} was
   * @param newFirstMoments as {@link #firstMoments()} was
   * @param newSecondMoments as {@link #secondMoments()} was
   */
  public void restore(
      int newSteps, Tensor newValues, Tensor newFirstMoments, Tensor newSecondMoments) {
    steps = newSteps;
    values.copyInPlace(newValues);
    firstMoments.copyInPlace(newFirstMoments);
    secondMoments.copyInPlace(newSecondMoments);
    zeroGradients();
  }

  @Override
  public void close() {
    values.close();
    gradients.close();
    firstMoments.close();
    secondMoments.close();
  }
}
