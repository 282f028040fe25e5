package io.haori.training.optim;

import io.haori.adapter.spi.StepRule;
import io.haori.core.check.UserError;
import io.haori.tensor.Scope;

/**
 * One step of a training, the same for every loop: the rate by the schedule, what the method does
 * to its gradients, clipping, the optimizer's move, what the method does to its values. Nothing
 * that is not finite passes.
 *
 * <pre>{@code
 * optimizer.zeroGradients();
 * double loss = …;                              // gradients are added to the parameters
 * step.requireFinite("loss", loss, done, steps);
 * OptimizerStep.Taken taken = step.take(done, steps);
 * }</pre>
 */
public final class OptimizerStep {
  /** Words the end of a training that cannot continue. */
  @FunctionalInterface
  public interface Divergence {
    /**
     * The sentence.
     *
     * @param step that cannot be taken, counted from 1
     * @param what is wrong, for example {@code the loss is NaN}
     * @param learningRate of that step
     */
    UserError of(int step, String what, double learningRate);
  }

  /**
   * What a step was.
   *
   * @param learningRate before the parameters' own factors
   * @param gradientNorm of all gradients, before clipping
   */
  public record Taken(double learningRate, double gradientNorm) {}

  private final AdamW optimizer;
  private final double learningRate;
  private final Schedule schedule;
  private final double maxGradientNorm;
  private final StepRule rule;
  private final Divergence divergence;

  /**
   * Steps of one training.
   *
   * @param optimizer moves the parameters
   * @param learningRate highest rate
   * @param schedule its course
   * @param maxGradientNorm longer gradients are shortened to it; 0 for never
   * @param rule of the method
   * @param divergence words what is not finite
   */
  public OptimizerStep(
      AdamW optimizer,
      double learningRate,
      Schedule schedule,
      double maxGradientNorm,
      StepRule rule,
      Divergence divergence) {
    this.optimizer = optimizer;
    this.learningRate = learningRate;
    this.schedule = schedule;
    this.maxGradientNorm = maxGradientNorm;
    this.rule = rule;
    this.divergence = divergence;
  }

  /**
   * The rate of a step.
   *
   * @param done steps before it
   * @param steps of the whole training
   */
  public double rate(int done, int steps) {
    return learningRate * schedule.factor(done, steps);
  }

  /**
   * Moves the parameters along their gradients.
   *
   * @param done steps before this one
   * @param steps of the whole training
   * @return what it was
   * @throws UserError when the gradient is not finite; nothing was moved then
   */
  public Taken take(int done, int steps) {
    double rate = rate(done, steps);
    try (Scope scope = Scope.open()) {
      rule.beforeStep(done + 1, steps);
    }
    double norm = maxGradientNorm > 0 ? optimizer.clip(maxGradientNorm) : optimizer.gradientNorm();
    requireFinite("norm of the gradient", norm, done, steps);
    optimizer.step(rate);
    try (Scope scope = Scope.open()) {
      rule.afterStep(done + 1, steps, rate);
    }
    return new Taken(rate, norm);
  }

  /**
   * Refuses a number that is not finite.
   *
   * @param what it is, for example {@code loss}
   * @param value the number
   * @param done steps before this one
   * @param steps of the whole training
   */
  public void requireFinite(String what, double value, int done, int steps) {
    if (!Double.isFinite(value)) {
      throw divergence.of(done + 1, "the " + what + " is " + value, rate(done, steps));
    }
  }

  /**
   * Refuses parameters that are not finite.
   *
   * @param done steps before now
   * @param steps of the whole training
   */
  public void requireFiniteValues(int done, int steps) {
    if (!optimizer.valuesAreFinite()) {
      throw divergence.of(done, "a parameter is not finite", rate(done, steps));
    }
  }
}
