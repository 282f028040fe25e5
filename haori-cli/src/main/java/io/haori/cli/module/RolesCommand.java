package io.haori.cli.module;

import io.haori.cli.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.registry.Registry;
import io.haori.registry.access.RoleGrant;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code haori module roles}: who has which role. */
@Command(
    name = "roles",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Tells who has which role.",
    footerHeading = "%nExample:%n",
    footer = "  haori module roles")
final class RolesCommand implements Callable<Integer> {
  private final Desk desk;

  @Mixin final RegistryOptions options = new RegistryOptions();

  RolesCommand(Desk desk) {
    this.desk = desk;
  }

  @Override
  public Integer call() {
    Instant start = desk.clock().instant();
    try (Registry registry = options.open(desk)) {
      List<RoleGrant> roles = registry.access().roles();
      Table table = new Table("account", "role", "modules");
      roles.forEach(one -> table.row(one.account(), one.role().word(), one.pattern().text()));
      table.print(desk.console());
      options.print(
          desk,
          new JsonResult("module roles")
              .put(
                  "roles",
                  roles.stream()
                      .map(
                          one ->
                              Map.of(
                                  "account", one.account(),
                                  "role", one.role().word(),
                                  "pattern", one.pattern().text()))
                      .toList()),
          start);
    }
    return ExitCode.DONE;
  }
}
