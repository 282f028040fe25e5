package io.haori.cli.module.access;

import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.registry.Registry;
import io.haori.registry.access.TokenSecret;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori module token create}: a token, shown once. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Makes a token for an account with a role, and prints it once.",
    footerHeading = "%nExample:%n",
    footer = "  haori module token create mika --days 90")
final class TokenCreateCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "ACCOUNT", description = "The account that the token is for.")
  String account;

  @Option(names = "--days", paramLabel = "N", description = "When it expires (default: never).")
  @Nullable Integer days;

  @Mixin final RegistryOptions options = new RegistryOptions();

  TokenCreateCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    try (Registry registry = options.open(context)) {
      TokenSecret token = registry.access().createToken(account, days);
      options.tell(context, "Token of " + account + " (shown this once; keep it in HAORI_TOKEN):");
      options.tell(context, token.text());
      options.print(
          context,
          new JsonResult("module token create").put("id", token.id()).put("token", token.text()),
          start);
    }
    return ExitCode.DONE;
  }
}
