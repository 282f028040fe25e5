package io.haori.cli.module;

import io.haori.cli.registry.ActorOption;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori module retire}: out of use for good. */
@Command(
    name = "retire",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Takes a version out of use for good; gc may delete its files then.",
    footerHeading = "%nExample:%n",
    footer = "  haori module retire tickets@1")
final class RetireCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "MODULE@N", description = "The version, for example food@1.")
  String module;

  @Mixin final ActorOption actor = new ActorOption();

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "no longer needed",
      description = "Why, for the log (default: ${DEFAULT-VALUE}).")
  String reason;

  @Mixin final RegistryOptions options = new RegistryOptions();

  RetireCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    VersionId id = ModuleReference.parseVersion(module);
    try (Registry registry = options.open(context)) {
      actor.check(registry);
      registry.lifeCycle().retire(id, reason);
      options.tell(context, id + " is retired.");
      options.print(context, new JsonResult("module retire").put("module", id.toString()), start);
    }
    return ExitCode.DONE;
  }
}
