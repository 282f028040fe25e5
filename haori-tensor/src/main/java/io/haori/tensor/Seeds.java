package io.haori.tensor;

import java.nio.charset.StandardCharsets;

/**
 * Where streams of random numbers begin. A stream is named by the run's seed, what it is for, and
 * counts such as the epoch; a domain's seed depends on the run's seed and the domain's name, never
 * on the domains beside it.
 *
 * <p>Under one seed and purpose, streams of different last counts begin differently for certain;
 * otherwise two begin alike with the chance of 64 random bits.
 */
public final class Seeds {
  /** What random numbers are for. Its number is part of the seeds. */
  public enum Purpose {
    /** A domain of a run. */
    DOMAIN(1),
    /** Starting values of a module and its heads. */
    START(2),
    /** Order of the rows of an epoch. */
    ORDER(3),
    /** Order in which domains visit their batches, which they share. */
    SHARED_ORDER(4),
    /** Dropout of a batch. */
    BATCH(5),
    /** Dropout of a batch of the upper level's rows. */
    OUTER_BATCH(6),
    /** Batch of pre-training. */
    PRETRAIN_BATCH(7),
    /** Held-out batch of pre-training. */
    HELD_OUT(8),
    /** Places of a row to predict. */
    MASK(9),
    /** Dropout of one reading of a text. */
    READING(10),
    /** Dropout at one place of the base. */
    DROPOUT(11),
    /** Which rows of a domain an epoch has. */
    SAMPLE(12),
    /** Order of domains in gradient surgery. */
    SURGERY(13),
    /** Which rows go into which part. */
    PARTS(14),
    /** Random scores of units. */
    SCORES(15),
    /** Settings of trials. */
    TRIALS(16),
    /** Tokens that a decoder writes. */
    WRITTEN(17);

    private final int number;

    Purpose(int number) {
      this.number = number;
    }
  }

  private Seeds() {}

  /** Spreads its input over all bits (the finisher of SplitMix64, Steele, Lea, Flood 2014). */
  public static long mixed(long value) {
    long z = value + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /**
   * The seed of a stream.
   *
   * @param seed of the run or of a domain
   * @param purpose what it is for
   * @param counts which one of these, for example the epoch and the batch
   */
  public static long of(long seed, Purpose purpose, long... counts) {
    // Twice, so that it is no output of a generator that begins at the seed itself.
    long hash = mixed(mixed(seed) ^ purpose.number);
    hash = mixed(hash ^ counts.length);
    for (long count : counts) {
      hash = mixed(hash ^ count);
    }
    return hash;
  }

  /** The seed of a domain. */
  public static long ofDomain(long seed, String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    long hash = of(seed, Purpose.DOMAIN, bytes.length);
    for (byte one : bytes) {
      hash = mixed(hash ^ one);
    }
    return hash;
  }
}
