package io.haori.cli.module.access;

import io.haori.cli.registry.Answers;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.registry.Registry;
import io.haori.registry.access.GrantedRole;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code haori module roles}: who has which role. */
@Command(
    name = "roles",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Shows who has which role for which modules, who gave it and when.",
    footerHeading = "%nExample:%n",
    footer = "  haori module roles")
public final class RolesCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin final RegistryOptions options = new RegistryOptions();

  public RolesCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    try (Registry registry = options.open(context)) {
      List<GrantedRole> roles = registry.access().grantedRoles();
      Table table = new Table("account", "role", "modules", "since (UTC)", "given by");
      for (GrantedRole one : roles) {
        Instant since = one.since();
        table.row(
            one.grant().account(),
            one.grant().role().word(),
            one.grant().pattern().text(),
            since == null ? "–" : Answers.moment(since),
            Objects.requireNonNullElse(one.by(), "–"));
      }
      options.table(context, table);
      options.print(
          context,
          new JsonResult("module roles").put("roles", roles.stream().map(Answers::of).toList()),
          start);
    }
    return ExitCode.DONE;
  }
}
