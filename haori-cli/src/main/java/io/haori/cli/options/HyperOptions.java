package io.haori.cli.options;

import static io.haori.core.check.Check.require;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether good settings are searched for before the run. */
public final class HyperOptions {
  @Option(
      names = "--tune-hyper",
      paramLabel = "N",
      description =
          "First try N random settings on the validation rows, most of them for a few epochs, and"
              + " train with the best. What is given stays as it is (default: no search).")
  public @Nullable Integer trials;

  /**
   * Refuses values out of their bounds.
   *
   * @param inStages whether training goes in stages
   */
  void check(boolean inStages) {
    Integer count = trials;
    if (count != null) {
      require(count >= 2 && count <= 1000, "--tune-hyper", "in [2, 1000]", count);
      require(
          !inStages,
          "--tune-hyper",
          "left out when training goes in stages, which have their own epochs",
          count);
    }
  }

  /** Refuses the flag where there is nothing to search for. */
  public void requireNone() {
    if (trials != null) {
      require(false, "--tune-hyper", "left out with several domains", trials);
    }
  }

  /** How many trials. */
  public int trials() {
    return Objects.requireNonNull(trials);
  }

  @Override
  public String toString() {
    return String.valueOf(trials);
  }
}
