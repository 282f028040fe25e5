package io.haori.training.task;

import io.haori.training.loop.TrainingResult;
import java.util.Map;

/**
 * What a run gave. Owns the model.
 *
 * @param model with the parameters of the best epoch; those of the last step when interrupted
 * @param training how it went
 * @param validation scores of the model by name; empty when interrupted
 * @param trainable number of trained numbers
 */
public record TunedModel(
    TextModel model, TrainingResult training, Map<String, Double> validation, long trainable)
    implements AutoCloseable {
  @Override
  public void close() {
    model.close();
  }
}
