package io.haori.cli.module.access;

import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.registry.Registry;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.name.NamePattern;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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

  @Parameters(
      index = "0",
      paramLabel = "ACCOUNT",
      description = "Whose; in a folder, a user of the operating system.")
  String account;

  @Parameters(index = "1", paramLabel = "ROLE", description = "viewer, author, approver or admin.")
  String role;

  @Option(
      names = "--names",
      paramLabel = "PATTERN",
      defaultValue = "*",
      description = "For these modules (default: ${DEFAULT-VALUE}).")
  String names;

  @Mixin final RegistryOptions options = new RegistryOptions();

  public GrantCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    RoleGrant grant = new RoleGrant(account, Role.parse(role), new NamePattern(names));
    try (Registry registry = options.open(context)) {
      registry.access().give(grant);
      options.tell(context, account + " is " + role + " of " + names + ".");
      options.print(
          context,
          new JsonResult("module grant")
              .put("account", account)
              .put("role", role)
              .put("pattern", names),
          start);
    }
    return ExitCode.DONE;
  }
}
