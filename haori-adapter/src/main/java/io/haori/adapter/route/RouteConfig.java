package io.haori.adapter.route;

import static io.haori.core.check.Check.require;

import java.util.Map;
import java.util.TreeMap;

/**
 * What can be chosen for a mix that is routed without training.
 *
 * @param route the rule
 * @param top how many modules share a token or a text at most; at least 1
 * @param temperature divides likeness before the softmax: the smaller, the more the nearest module
 *     gets; finite, above 0
 */
public record RouteConfig(RouteKind route, int top, double temperature) {
  /** Checks the bounds. */
  public RouteConfig {
    require(top >= 1, "route.top", "at least 1", top);
    require(
        temperature > 0 && temperature <= Double.MAX_VALUE,
        "route.temperature",
        "finite and above 0",
        temperature);
  }

  /**
   * A rule as it usually is: {@code arrow} with the three best at temperature 1, as PEFT has it,
   * {@code nearest} with the three best at temperature 0.05.
   */
  public static RouteConfig of(RouteKind route) {
    return new RouteConfig(route, route.usualTop(), route.usualTemperature());
  }

  /** All choices that the rule looks at, by name. */
  public Map<String, Object> byName() {
    Map<String, Object> settings = new TreeMap<>();
    settings.put("route", route.word());
    if (!route.isConstant()) {
      settings.put("top", top);
      settings.put("temperature", temperature);
    }
    return settings;
  }
}
