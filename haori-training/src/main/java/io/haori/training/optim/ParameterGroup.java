package io.haori.training.optim;

import io.haori.tensor.grad.Parameter;
import java.util.List;

/**
 * Parameters that the optimizer treats alike.
 *
 * @param name what messages and checkpoints call it
 * @param parameters of the group, in a stable order
 * @param learningRateFactor multiplies the learning rate, for example LoRA+'s λ for {@code B}
 *     (Hayou et al. 2024, arXiv 2402.12354); at least 0, at most 1e6
 * @param weightDecayFactor multiplies {@link AdamWConfig#weightDecay()}: 1 for most, 0 for what do
 *     not decay, such as biases; at least 0, at most 1e6
 */
public record ParameterGroup(
    String name, List<Parameter> parameters, double learningRateFactor, double weightDecayFactor) {
  /** Copies the list and checks the factors. */
  public ParameterGroup {
    parameters = List.copyOf(parameters);
    requireFactor(name, "learningRateFactor", learningRateFactor);
    requireFactor(name, "weightDecayFactor", weightDecayFactor);
  }

  /** A group that moves as the configuration says. */
  public static ParameterGroup of(String name, List<Parameter> parameters) {
    return new ParameterGroup(name, parameters, 1, 1);
  }

  /** Number of elements of all parameters. */
  public long count() {
    return parameters.stream().mapToLong(Parameter::count).sum();
  }

  private static void requireFactor(String group, String factor, double value) {
    if (!(value >= 0 && value <= AdamWConfig.MOST)) {
      throw new IllegalArgumentException(group + "." + factor + " " + value);
    }
  }
}
