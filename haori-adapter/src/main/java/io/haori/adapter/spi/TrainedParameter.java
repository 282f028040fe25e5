package io.haori.adapter.spi;

import io.haori.tensor.grad.Parameter;

/**
 * A parameter and how fast it learns.
 *
 * @param parameter what is trained
 * @param learningRateFactor multiplies the run's learning rate; above 0
 */
public record TrainedParameter(Parameter parameter, double learningRateFactor) {
  /** A parameter that learns at the run's rate. */
  public static TrainedParameter of(Parameter parameter) {
    return new TrainedParameter(parameter, 1.0);
  }
}
