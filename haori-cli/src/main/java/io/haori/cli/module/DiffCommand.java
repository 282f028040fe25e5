package io.haori.cli.module;

import io.haori.cli.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.VersionDiff;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code haori module diff}: what two versions differ in. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Tells what two versions differ in.",
    footerHeading = "%nExample:%n",
    footer = "  haori module diff tickets@2 tickets@3")
final class DiffCommand implements Callable<Integer> {
  private final Desk desk;

  @Parameters(index = "0", paramLabel = "MODULE", description = "For example food@2.")
  String one;

  @Parameters(index = "1", paramLabel = "MODULE", description = "For example food@3.")
  String other;

  @Mixin final RegistryOptions options = new RegistryOptions();

  DiffCommand(Desk desk) {
    this.desk = desk;
  }

  @Override
  public Integer call() {
    Instant start = desk.clock().instant();
    ModuleReference first = ModuleReference.parse(one);
    ModuleReference second = ModuleReference.parse(other);
    try (Registry registry = options.open(desk)) {
      ModuleVersion left = registry.modules().show(first).version();
      ModuleVersion right = registry.modules().show(second).version();
      List<VersionDiff.Difference> differences = VersionDiff.between(left, right);
      Table table = new Table("", left.id().toString(), right.id().toString());
      differences.forEach(one -> table.row(one.what(), one.left(), one.right()));
      table.print(desk.console());
      options.print(desk, new JsonResult("module diff").put("differences", differences), start);
    }
    return ExitCode.DONE;
  }
}
