package io.haori.server.engine;

import io.haori.inference.task.spi.Prediction;
import io.haori.inference.task.spi.Task;
import java.util.List;
import java.util.Map;

/**
 * An answer with what each module did to each layer.
 *
 * @param task of the head
 * @param predictions one a row
 * @param layers in the order of the base
 * @param tokens of all rows
 */
public record Explained(Task task, List<Prediction> predictions, List<Layer> layers, long tokens) {
  /** Copies the lists. */
  public Explained {
    predictions = List.copyOf(predictions);
    layers = List.copyOf(layers);
  }

  /**
   * What was done to one linear layer's output.
   *
   * @param name of the layer
   * @param change {@code ‖Δy‖ / ‖y‖} over the rows' tokens, by module; a module without a part on
   *     the layer is left out
   */
  public record Layer(String name, Map<ServedVersion, Double> change) {}
}
