package io.haori.adapter.route;

import io.haori.core.check.UserError;
import java.util.Arrays;
import java.util.Locale;

/** The rule by which modules share the work. */
public enum RouteKind {
  /**
   * Each token on each layer goes to the modules whose update reacts most to its direction (Arrow,
   * Ostapenko et al. 2024, arXiv 2405.11157).
   */
  ARROW(3, 1.0),
  /**
   * Each text goes to the modules of the domains whose texts are nearest to it (after AdapterSoup,
   * Chronopoulou et al. 2023, arXiv 2302.07027, which chooses by likeness of sentences, too).
   */
  NEAREST(3, 0.05),
  /** All modules count alike everywhere: the mean of their updates. */
  NONE(1, 1.0),
  /**
   * All modules count whole everywhere: the sum of their updates, for modules that were learnt for
   * different ends, such as a domain's words and the likeness of sentences.
   */
  SUM(1, 1.0);

  private final int usualTop;
  private final double usualTemperature;

  RouteKind(int usualTop, double usualTemperature) {
    this.usualTop = usualTop;
    this.usualTemperature = usualTemperature;
  }

  int usualTop() {
    return usualTop;
  }

  double usualTemperature() {
    return usualTemperature;
  }

  /** Whether every input gets the same shares, so that the mix is one update. */
  public boolean isConstant() {
    return this == NONE || this == SUM;
  }

  /**
   * What each module's update is multiplied by, where that is the same everywhere.
   *
   * @param modules how many the mix has; at least 1
   */
  double share(int modules) {
    return this == SUM ? 1.0 : 1.0 / modules;
  }

  /** As settings and files have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The rule that a word names.
   *
   * @param setting how errors name what was set
   * @param word as {@link #word} gives it
   */
  public static RouteKind parse(String setting, String word) {
    return Arrays.stream(values())
        .filter(route -> route.word().equals(word))
        .findFirst()
        .orElseThrow(
            () -> new UserError(setting + " must be arrow, nearest, none or sum, got " + word));
  }
}
