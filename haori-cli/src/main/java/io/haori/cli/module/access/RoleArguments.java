package io.haori.cli.module.access;

import io.haori.cli.terminal.JsonResult;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.name.NamePattern;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whose role for which modules. */
final class RoleArguments {
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

  /** What is given or taken. */
  RoleGrant grant() {
    return new RoleGrant(account, Role.parse(role), new NamePattern(names));
  }

  /** The same for programs. */
  JsonResult json(String command) {
    return new JsonResult(command).put("account", account).put("role", role).put("pattern", names);
  }
}
