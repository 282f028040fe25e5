package io.haori.inference.router;

import static io.haori.core.check.Check.require;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which modules a row goes through, and whose head answers it.
 *
 * @param weights by module name, each finite, at least one: what a module's update is multiplied
 *     with, besides the weight that the module has on its live model
 * @param head name of the module whose heads answer
 */
public record Route(Map<String, Double> weights, String head) {
  /** Copies the weights, whose order is kept. */
  public Route {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    require(!weights.isEmpty(), "modules of a route", "at least one", "none");
    weights.forEach(
        (name, weight) ->
            require(Double.isFinite(weight), "weight of module " + name, "finite", weight));
  }

  /**
   * One module with its own heads. A mix takes the modules along that it uses.
   *
   * @param name of an attached module
   */
  public static Route module(String name) {
    return new Route(Map.of(name, 1.0), name);
  }
}
