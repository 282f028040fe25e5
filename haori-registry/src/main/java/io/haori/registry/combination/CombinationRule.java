package io.haori.registry.combination;

import static io.haori.core.check.Check.require;

import io.haori.registry.name.NamePattern;
import io.haori.registry.name.PlainText;

/**
 * How much a module may lose when it acts together with others.
 *
 * @param pattern modules that it is about, as members
 * @param metric for example {@code accuracy}
 * @param atMost what the metric may fall by, at least 0
 */
public record CombinationRule(NamePattern pattern, String metric, double atMost) {
  /** Checks name and bound. */
  public CombinationRule {
    PlainText.check("metric", metric);
    require(
        atMost >= 0 && atMost <= Double.MAX_VALUE,
        "largest loss of " + metric,
        "finite and at least 0",
        atMost);
  }

  /** What it asks for, in words. */
  public String asks() {
    return "a loss of " + metric + " beside others of at most " + atMost;
  }
}
