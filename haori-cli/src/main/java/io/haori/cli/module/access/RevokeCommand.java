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

/** {@code haori module revoke}: takes a role. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Takes a role from somebody.",
    footerHeading = "%nExample:%n",
    footer = "  haori module revoke mika approver --names food*")
public final class RevokeCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin final RoleArguments wanted = new RoleArguments();

  @Mixin final RegistryOptions options = new RegistryOptions();

  public RevokeCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    RoleGrant grant = wanted.grant();
    try (Registry registry = options.open(context)) {
      registry.access().take(grant);
      options.tell(
          context,
          wanted.account + " is not " + wanted.role + " of " + wanted.names + " any more.");
      options.print(context, wanted.json("module revoke"), start);
    }
    return ExitCode.DONE;
  }
}
