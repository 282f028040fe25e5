package io.haori.cli.module;

import io.haori.cli.registry.ByOption;
import io.haori.cli.registry.LiveTargetOption;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code haori module withdraw}: nothing is live any more. */
@Command(
    name = "withdraw",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Takes away what is live, so that nothing is.",
    footerHeading = "%nExample:%n",
    footer = "  haori module withdraw tickets --reason \"wrong labels\"")
final class WithdrawCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "NAME", description = "Name of the module.")
  String module;

  @Mixin final LiveTargetOption target = new LiveTargetOption();

  @Mixin final ByOption by = new ByOption();

  @Mixin final RegistryOptions options = new RegistryOptions();

  WithdrawCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    ModuleName name = new ModuleName(module);
    try (Registry registry = options.open(context)) {
      by.check(registry);
      registry.lifeCycle().withdraw(name, target.target(), by.reason);
      options.tell(context, "Nothing is " + name + "@" + target.target().alias() + " any more.");
      options.print(
          context,
          new JsonResult("module withdraw")
              .put("name", name.text())
              .put("alias", target.target().alias()),
          start);
    }
    return ExitCode.DONE;
  }
}
