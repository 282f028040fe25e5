package io.haori.adapter.spi;

import io.haori.tensor.Tensor;
import java.util.Map;

/**
 * What a method does to its module around each step of the optimizer, beyond what the gradients
 * say: shrink, prune, project. A training loop calls it and knows nothing else of the method.
 *
 * <p>What it does must be a function of its seed and of what it was called with, so that {@link
 * #state} and {@link #restore} let a resumed run end in the same bits.
 */
public interface StepRule extends AutoCloseable {
  /** Does nothing. */
  StepRule NONE = new StepRule() {};

  /**
   * Begins a stretch of training; what was taken away before stays away.
   *
   * @param phase what may happen in it
   */
  default void begin(Phase phase) {}

  /**
   * Before the optimizer moves the parameters: their gradients are those of the whole step, not yet
   * clipped, and may be changed in place.
   *
   * @param step counted from 1 within the stretch
   * @param steps of the stretch, when it does not stop early
   */
  default void beforeStep(int step, int steps) {}

  /**
   * After the optimizer has moved the parameters, whose values may be changed in place.
   *
   * @param step counted from 1 within the stretch
   * @param steps of the stretch, when it does not stop early
   * @param learningRate of this step, before the parameters' own factors
   */
  default void afterStep(int step, int steps, double learningRate) {}

  /** Whether the module in its present state may end the training. */
  default boolean isComplete() {
    return true;
  }

  /**
   * All that the rule remembers between steps, by name; the same names, shapes and types at every
   * call. Copies, in the current scope.
   */
  default Map<String, Tensor> state() {
    return Map.of();
  }

  /**
   * Goes back to a state.
   *
   * @param state as {@link #state} gave it
   */
  default void restore(Map<String, Tensor> state) {}

  @Override
  default void close() {}
}
