package io.haori.client;

import java.util.List;

/**
 * Answer of {@code /v1/explain}: the answers, and what each module did to each layer.
 *
 * @param answers as {@code /v1/classify} gives them
 * @param layers from the first to the last
 */
public record Explained(Classified answers, List<Layer> layers) {
  /** Copies the list. */
  public Explained {
    layers = List.copyOf(layers);
  }

  /**
   * A layer.
   *
   * @param name in the base
   * @param modules that act on it
   */
  public record Layer(String name, List<Part> modules) {
    /** Copies the list. */
    public Layer {
      modules = List.copyOf(modules);
    }
  }

  /**
   * What a module did to a layer.
   *
   * @param module name
   * @param version number
   * @param change {@code ‖Δy‖ / ‖y‖} of the layer's output over all texts; at least 0
   * @param share of the sum of all changes of the layer, in [0, 1]
   */
  public record Part(String module, int version, double change, double share) {}
}
