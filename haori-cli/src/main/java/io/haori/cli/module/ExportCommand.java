package io.haori.cli.module;

import io.haori.cli.registry.Answers;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.core.check.Check;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.version.ModuleVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori module export}: a version as a folder. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes a version as an adapter folder, which PEFT reads, too.",
    footerHeading = "%nExample:%n",
    footer = "  haori module export tickets@live --out tickets-live")
public final class ExportCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "MODULE", description = "For example food@3 or food@live.")
  String module;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "A new folder.")
  Path out;

  @Mixin final RegistryOptions options = new RegistryOptions();

  public ExportCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    ModuleReference reference = ModuleReference.parse(module);
    Check.require(!Files.exists(out), "--out", "a new folder", out + " (it exists)");
    try (Registry registry = options.open(context)) {
      ModuleVersion version = registry.modules().export(reference, out);
      options.tell(
          context, version.id() + " is in " + out + ", " + Answers.bytes(version.bytes()) + ".");
      options.print(
          context,
          new JsonResult("module export")
              .put("module", version.id().toString())
              .put("bytes", version.bytes()),
          start);
    }
    return ExitCode.DONE;
  }
}
