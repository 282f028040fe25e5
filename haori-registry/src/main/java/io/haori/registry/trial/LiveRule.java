package io.haori.registry.trial;

import static io.haori.core.check.Check.require;

import io.haori.registry.name.NamePattern;

/**
 * What is live is rolled back when its accuracy by feedback is certainly below a bound.
 *
 * @param pattern modules that it is about
 * @param atLeast the bound, in (0, 1)
 * @param actor who set it, with whose roles it acts
 */
public record LiveRule(NamePattern pattern, double atLeast, String actor) {
  /** Checks the bound. */
  public LiveRule {
    require(atLeast > 0 && atLeast < 1, "bound of the live accuracy", "in (0, 1)", atLeast);
  }
}
