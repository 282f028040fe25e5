package io.haori.cli.registry;

import io.haori.registry.name.LiveTarget;
import picocli.CommandLine.Option;

/** For which task or site. */
public final class LiveTargetOption {
  @Option(
      names = "--for",
      paramLabel = "PLACE",
      defaultValue = "",
      description = "The task or site that is meant (default: everywhere).")
  public String target;

  public LiveTarget target() {
    return new LiveTarget(target);
  }
}
