package io.haori.cli.module;

import io.haori.check.Check;
import io.haori.registry.Registry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who acts and why. */
final class ByOption {
  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who acts; refused when the registry knows you as somebody else.")
  @Nullable String by;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why, for the log.")
  String reason;

  /** Refuses a name that is not the person's own. */
  void check(Registry registry) {
    if (by != null) {
      Check.require(
          by.equals(registry.actor()),
          "--by",
          "you, whom the registry knows as " + registry.actor(),
          by);
    }
  }
}
