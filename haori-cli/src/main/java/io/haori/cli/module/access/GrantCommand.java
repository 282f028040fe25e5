package io.haori.cli.module.access;

import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.registry.Registry;
import io.haori.registry.access.RoleGrant;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code haori module grant}: gives a role. */
@Command(
    name = "grant",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Gives somebody a role for modules.",
    footerHeading = "%nExample:%n",
    footer = "  haori module grant mika approver --names food*")
public final class GrantCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin final RoleArguments wanted = new RoleArguments();

  @Mixin final RegistryOptions options = new RegistryOptions();

  public GrantCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    RoleGrant grant = wanted.grant();
    try (Registry registry = options.open(context)) {
      registry.access().give(grant);
      options.tell(context, wanted.account + " is " + wanted.role + " of " + wanted.names + ".");
      options.print(context, wanted.json("module grant"), start);
    }
    return ExitCode.DONE;
  }
}
