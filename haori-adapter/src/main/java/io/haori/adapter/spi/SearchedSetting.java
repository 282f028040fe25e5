package io.haori.adapter.spi;

import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * A setting that a search for good settings may vary, and where it looks.
 *
 * @param name as the method's config calls it, or {@link #LEARNING_RATE}
 * @param low least number
 * @param high greatest number
 * @param values to choose from in the place of numbers; empty for numbers
 */
public record SearchedSetting(String name, double low, double high, List<String> values) {
  /** The run's highest learning rate, which is no setting of the method itself. */
  public static final String LEARNING_RATE = "learningRate";

  /** Copies the values. */
  public SearchedSetting {
    values = List.copyOf(values);
  }

  /**
   * A number of which only the order of magnitude is known.
   *
   * @param name of the setting
   * @param low above 0
   * @param high at least low
   */
  public static SearchedSetting between(String name, double low, double high) {
    return new SearchedSetting(name, low, high, List.of());
  }

  /**
   * One of a few values.
   *
   * @param name of the setting
   * @param values at least one
   */
  public static SearchedSetting oneOf(String name, String... values) {
    return new SearchedSetting(name, 0, 0, List.of(values));
  }

  /**
   * A value by chance: each order of magnitude, or each of the values, is as likely as another.
   *
   * @param random source of it
   * @return as a user would write it, with three digits
   */
  public String draw(RandomGenerator random) {
    if (!values.isEmpty()) {
      return values.get(random.nextInt(values.size()));
    }
    double exponent = Math.log(low) + random.nextDouble() * (Math.log(high) - Math.log(low));
    return String.format(Locale.ROOT, "%.2e", Math.exp(exponent));
  }
}
