package io.haori.cli.registry;

import io.haori.core.check.Check;
import io.haori.registry.Registry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who acts and why. */
public final class ByOption {
  @Option(
      names = "--by",
      paramLabel = "NAME",
      description =
          "Who acts; refused when the registry knows you as somebody else (default:" + " you).")
  @Nullable String by;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why, for the log.")
  public String reason;

  /** Refuses a name that is not the person's own. */
  public void check(Registry registry) {
    check(by, registry);
  }

  /** The same for a command with options of its own. */
  public static void check(@Nullable String by, Registry registry) {
    // In a container "$USER" may be empty.
    if (by != null && !by.isBlank()) {
      Check.require(
          by.equals(registry.actor()),
          "--by",
          "you, whom the registry knows as " + registry.actor(),
          by);
    }
  }
}
