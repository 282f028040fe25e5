package io.haori.cli.module.access;

import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.registry.Registry;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code haori module token revoke}: a token is valid no more. */
@Command(
    name = "revoke",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Takes a token back.",
    footerHeading = "%nExample:%n",
    footer = "  haori module token revoke 3f2a")
final class TokenRevokeCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "ID", description = "The part of the token between its underscores.")
  String id;

  @Mixin final RegistryOptions options = new RegistryOptions();

  TokenRevokeCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    try (Registry registry = options.open(context)) {
      String account = registry.access().revokeToken(id);
      options.tell(context, "Token " + id + " of " + account + " is revoked.");
      options.print(
          context,
          new JsonResult("module token revoke").put("id", id).put("account", account),
          start);
    }
    return ExitCode.DONE;
  }
}
