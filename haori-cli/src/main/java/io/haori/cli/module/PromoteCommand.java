package io.haori.cli.module;

import io.haori.cli.registry.ByOption;
import io.haori.cli.registry.LiveTargetOption;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.core.check.Check;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori module promote}: the next step in a version's life. */
@Command(
    name = "promote",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Approves a version, or makes it live.",
    footerHeading = "%nExample:%n",
    footer = "  haori module promote tickets@3 --to live --reason \"better\"")
final class PromoteCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "MODULE@N", description = "The version, for example food@3.")
  String module;

  @Option(names = "--to", paramLabel = "STATE", required = true, description = "approved or live.")
  String to;

  @Mixin final LiveTargetOption target = new LiveTargetOption();

  @Mixin final ByOption by = new ByOption();

  @Mixin final RegistryOptions options = new RegistryOptions();

  PromoteCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    Check.require(List.of("approved", "live").contains(to), "--to", "approved or live", to);
    VersionId id = ModuleReference.parseVersion(module);
    try (Registry registry = options.open(context)) {
      by.check(registry);
      if (to.equals("live")) {
        registry.lifeCycle().goLive(id, target.target(), by.reason);
      } else {
        registry.lifeCycle().approve(id, by.reason);
      }
      String alias = to.equals("live") ? target.target().alias() : to;
      options.tell(context, id + " is " + alias + ".");
      options.print(
          context,
          new JsonResult("module promote").put("module", id.toString()).put("is", alias),
          start);
    }
    return ExitCode.DONE;
  }
}
