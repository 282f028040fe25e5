package io.haori.cli.module;

import io.haori.cli.registry.ByOption;
import io.haori.cli.registry.LiveTargetOption;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code haori module rollback}: back to what was live before. */
@Command(
    name = "rollback",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Makes live again what was live before.",
    footerHeading = "%nExample:%n",
    footer = "  haori module rollback tickets --reason \"many complaints\"")
final class RollbackCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "NAME", description = "Name of the module.")
  String module;

  @Mixin final LiveTargetOption target = new LiveTargetOption();

  @Mixin final ByOption by = new ByOption();

  @Mixin final RegistryOptions options = new RegistryOptions();

  RollbackCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    ModuleName name = new ModuleName(module);
    try (Registry registry = options.open(context)) {
      by.check(registry);
      VersionId id = registry.lifeCycle().rollback(name, target.target(), by.reason);
      options.tell(context, id + " is " + target.target().alias() + " again.");
      options.print(
          context,
          new JsonResult("module rollback")
              .put("module", id.toString())
              .put("is", target.target().alias()),
          start);
    }
    return ExitCode.DONE;
  }
}
