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

  public RevokeCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    RoleGrant grant = new RoleGrant(account, Role.parse(role), new NamePattern(names));
    try (Registry registry = options.open(context)) {
      registry.access().take(grant);
      options.tell(context, account + " is not " + role + " of " + names + " any more.");
      options.print(
          context,
          new JsonResult("module revoke")
              .put("account", account)
              .put("role", role)
              .put("pattern", names),
          start);
    }
    return ExitCode.DONE;
  }
}
