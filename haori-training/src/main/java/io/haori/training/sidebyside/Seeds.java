package io.haori.training.sidebyside;

import java.nio.charset.StandardCharsets;

/** Seeds that depend on the run's seed and the domain's name, never on the domains beside it. */
public final class Seeds {
  private Seeds() {}

  /** Spreads its input over all bits (the finisher of SplitMix64, Steele, Lea, Flood 2014). */
  public static long mixed(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The seed of a domain. */
  public static long ofDomain(long seed, String name) {
    long hash = mixed(seed);
    for (byte one : name.getBytes(StandardCharsets.UTF_8)) {
      hash = mixed(hash ^ one);
    }
    return hash;
  }

  /** The seed of one thing of a domain, for example a batch. */
  public static long of(long domain, long kind, long index) {
    return mixed(mixed(domain ^ mixed(kind)) ^ index);
  }
}
