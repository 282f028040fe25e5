package io.haori.cli.registry;

import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.cli.terminal.Table;
import io.haori.registry.Registry;
import io.haori.registry.store.RegistryLocation;
import java.time.Instant;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which registry, and how its commands answer. */
public final class RegistryOptions {
  @Mixin final RegistryPlace place = new RegistryPlace();

  @Option(
      names = "--json",
      description = "Print the result as one JSON object, and nothing else, on stdout.")
  boolean json;

  @Option(names = "--quiet", description = "Show no progress.")
  boolean quiet;

  @Option(names = "--debug", description = "Print the stack trace of a failure.")
  boolean debug;

  /** Where the registry is. */
  public RegistryLocation location(CommandContext desk) {
    return place.location(desk);
  }

  /** Opens the registry. */
  public Registry open(CommandContext desk) {
    return place.open(desk);
  }

  /** Opens the registry; a folder that is none becomes one. */
  public Registry openOrCreate(CommandContext desk) {
    return place.openOrCreate(desk);
  }

  /** Shows how far bytes are read or written. */
  public Progress progress(CommandContext desk, String task, long bytes) {
    return Progress.of(desk.console(), quiet, desk.clock(), task, 0, Math.max(1, bytes));
  }

  /** A line for a person, who wants no JSON. */
  public void tell(CommandContext desk, String line) {
    if (!json) {
      desk.tell(line);
    }
  }

  /** A table for a person, who wants no JSON. */
  public void table(CommandContext desk, Table table) {
    if (!json) {
      table.print(desk.console());
    }
  }

  /** Prints what the command found, when JSON is wanted. */
  public void print(CommandContext desk, JsonResult result, Instant start) {
    if (json) {
      result.print(desk.console(), desk.secondsSince(start));
    }
  }
}
