package io.haori.cli.registry;

import io.haori.core.check.Check;
import io.haori.registry.Registry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who acts. */
public final class ActorOption {
  @Option(
      names = "--by",
      paramLabel = "NAME",
      description =
          "Who acts; refused when the registry knows you as somebody else (default: you).")
  @Nullable String by;

  /** Refuses a name that is not the person's own. */
  public void check(Registry registry) {
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
