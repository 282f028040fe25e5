package io.haori.adapter.merge;

import static io.haori.core.check.Check.require;

/**
 * What can be chosen for a merge.
 *
 * @param kind how updates become one
 * @param density share of each update's numbers that is kept, layer by layer: the largest for
 *     {@code ties} and {@code knots}, random ones for {@code dare}; in (0, 1], and 1 for {@code
 *     sum}
 * @param seed of what is random in {@code dare}
 */
public record MergeConfig(MergeKind kind, double density, long seed) {
  /** The weighted sum. */
  public static final MergeConfig SUM = of(MergeKind.SUM);

  /** Checks the bounds. */
  public MergeConfig {
    require(density > 0 && density <= 1, "merge.density", "in (0, 1]", density);
    require(kind != MergeKind.SUM || density == 1, "merge.density", "1 for the kind sum", density);
  }

  /** A kind as it usually is, with seed 0. */
  public static MergeConfig of(MergeKind kind) {
    return new MergeConfig(kind, kind.usualDensity(), 0);
  }

  /** The same with another share that is kept. */
  public MergeConfig withDensity(double newDensity) {
    return new MergeConfig(kind, newDensity, seed);
  }

  /** The same with another seed. */
  public MergeConfig withSeed(long newSeed) {
    return new MergeConfig(kind, density, newSeed);
  }
}
