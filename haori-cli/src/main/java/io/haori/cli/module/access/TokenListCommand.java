package io.haori.cli.module.access;

import io.haori.cli.registry.Answers;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.registry.Registry;
import io.haori.registry.access.IssuedToken;
import io.haori.registry.access.TokenTable.AccessToken;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code haori module token list}: the tokens without their secrets. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Lists the tokens; their secrets are not known any more.",
    footerHeading = "%nExample:%n",
    footer = "  haori module token list")
final class TokenListCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin final RegistryOptions options = new RegistryOptions();

  TokenListCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    try (Registry registry = options.open(context)) {
      List<IssuedToken> tokens = registry.access().issuedTokens();
      Table table = new Table("token", "account", "made (UTC)", "by", "expires", "revoked", "by");
      for (IssuedToken issued : tokens) {
        AccessToken token = issued.token();
        table.row(
            token.id(),
            token.account(),
            Answers.moment(token.created()),
            Objects.requireNonNullElse(issued.by(), "–"),
            shown(token.expires()),
            shown(token.revoked()),
            Objects.requireNonNullElse(issued.revokedBy(), "–"));
      }
      options.table(context, table);
      options.print(
          context,
          new JsonResult("module token list")
              .put("tokens", tokens.stream().map(TokenListCommand::json).toList()),
          start);
    }
    return ExitCode.DONE;
  }

  private static String shown(@Nullable Instant instant) {
    return instant == null ? "–" : Answers.moment(instant);
  }

  private static Map<String, Object> json(IssuedToken issued) {
    AccessToken token = issued.token();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", token.id());
    json.put("account", token.account());
    json.put("created", token.created().toString());
    if (issued.by() != null) {
      json.put("by", issued.by());
    }
    if (token.expires() != null) {
      json.put("expires", token.expires().toString());
    }
    if (token.revoked() != null) {
      json.put("revoked", token.revoked().toString());
    }
    if (issued.revokedBy() != null) {
      json.put("revokedBy", issued.revokedBy());
    }
    return json;
  }
}
