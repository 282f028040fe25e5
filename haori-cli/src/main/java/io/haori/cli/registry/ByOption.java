package io.haori.cli.registry;

import io.haori.registry.Registry;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Who acts and why. */
public final class ByOption {
  @Mixin final ActorOption actor = new ActorOption();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why, for the log.")
  public String reason;

  /** Refuses a name that is not the person's own. */
  public void check(Registry registry) {
    actor.check(registry);
  }
}
