package io.haori.cli.registry;

import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.cli.terminal.Table;
import io.haori.core.language.Language;
import io.haori.registry.Registry;
import io.haori.registry.store.RegistryLocation;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which registry, and how its commands answer. */
public final class RegistryOptions {
  @Mixin final RegistryAddress address = new RegistryAddress();

  @Option(
      names = "--lang",
      paramLabel = "LANG",
      description = "Language of what is printed: en or ja (default: that of the environment).")
  @Nullable String lang;

  @Option(
      names = "--json",
      description = "Print the result as one JSON object, and nothing else, on stdout.")
  boolean json;

  @Option(names = "--quiet", description = "Show no progress.")
  boolean quiet;

  @Option(names = "--debug", description = "Print the stack trace of a failure.")
  boolean debug;

  /** Where the registry is. */
  public RegistryLocation location(CommandContext context) {
    Language.requireKnown("--lang", lang);
    return address.location(context);
  }

  /** Opens the registry. */
  public Registry open(CommandContext context) {
    Language.requireKnown("--lang", lang);
    return address.open(context);
  }

  /** Opens the registry; a folder that is none becomes one. */
  public Registry openOrCreate(CommandContext context) {
    Language.requireKnown("--lang", lang);
    return address.openOrCreate(context);
  }

  /** Shows how far bytes are read or written. */
  public Progress progress(CommandContext context, String task, long bytes) {
    return Progress.of(context.console(), quiet, context.clock(), task, 0, Math.max(1, bytes));
  }

  /** A line for a person, who wants no JSON. */
  public void tell(CommandContext context, String line) {
    if (!json) {
      context.tell(line);
    }
  }

  /** A table for a person, who wants no JSON. */
  public void table(CommandContext context, Table table) {
    if (!json) {
      table.print(context.console());
    }
  }

  /** Prints what the command found, when JSON is wanted. */
  public void print(CommandContext context, JsonResult result, Instant start) {
    if (json) {
      result.print(context.console(), context.secondsSince(start));
    }
  }
}
