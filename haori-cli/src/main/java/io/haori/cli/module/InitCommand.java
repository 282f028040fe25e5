package io.haori.cli.module;

import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.access.TokenSecret;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori module init}: makes a registry. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Makes a registry, and its first admin; in a database, prints the admin's token once.",
    footerHeading = "%nExample:%n",
    footer = "  haori module init --registry reg")
final class InitCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(
      names = "--admin",
      paramLabel = "NAME",
      description = "Who may do everything (default: you).")
  @Nullable String admin;

  @Mixin final RegistryOptions options = new RegistryOptions();

  InitCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    Credentials credentials = RegistryAddress.credentials(context);
    String first = admin == null ? credentials.user() : admin;
    Registry.Created created =
        Registry.create(options.location(context), credentials, first, context.clock());
    try (Registry registry = created.registry()) {
      options.tell(
          context, "Registry " + registry.location() + " is made; " + first + " is its admin.");
      JsonResult json =
          new JsonResult("module init")
              .put("registry", registry.location().shown())
              .put("admin", first);
      TokenSecret token = created.token();
      if (token != null) {
        options.tell(context, "Token (shown this once; keep it in HAORI_TOKEN): " + token.text());
        json.put("token", token.text());
      }
      options.print(context, json, start);
    }
    return ExitCode.DONE;
  }
}
