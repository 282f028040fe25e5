package io.haori.cli.module;

import io.haori.adapter.peft.PeftFolder;
import io.haori.cli.registry.Answers;
import io.haori.cli.registry.BaseDigest;
import io.haori.cli.registry.Registration;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.registry.Added;
import io.haori.registry.Addition;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.version.BaseIdentity;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.registry.version.Relation;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori module add}: a folder as the next version. */
@Command(
    name = "add",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Adds an adapter folder as the next version of a module.",
    footerHeading = "%nExample:%n",
    footer = "  haori module add tickets-lora --name tickets")
final class AddCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "DIR", description = "From tune, mix or anomaly fit, or a PEFT folder.")
  Path folder;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      required = true,
      description = "Name of the module, new or not.")
  String name;

  @Option(
      names = "--mix-of",
      paramLabel = "MODULE@N",
      split = ",",
      description = "Versions that it cannot do without (default: none).")
  @Nullable List<String> mixOf;

  @Option(
      names = "--base",
      paramLabel = "BASE",
      description = "The base of a PEFT folder, which does not say it (default: none).")
  @Nullable String base;

  @Option(
      names = "--note",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "For those who read the log (default: none).")
  String note;

  @Mixin final RegistryOptions options = new RegistryOptions();

  AddCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    ModuleName module = new ModuleName(name);
    List<Parent> parents = new ArrayList<>();
    if (mixOf != null) {
      mixOf.forEach(
          one -> parents.add(new Parent(ModuleReference.parseVersion(one), Relation.MIX)));
    }
    BaseIdentity on = base == null ? null : BaseDigest.of(base);
    try (Registry registry = options.openOrCreate(context)) {
      Path adapter = PeftFolder.located(folder);
      Added added =
          new Registration(registry).add(adapter, module, new Addition(parents, on, note));
      ModuleVersion version = added.version();
      options.tell(
          context,
          version.id()
              + (added.isNew() ? " is added, " : " holds these files already, ")
              + Answers.bytes(version.bytes())
              + ", "
              + version.contentDigest());
      options.print(
          context,
          new JsonResult("module add")
              .put("module", version.id().toString())
              .put("version", version.id().number())
              .put("added", added.isNew())
              .put("digest", version.contentDigest())
              .put("bytes", version.bytes()),
          start);
    }
    return ExitCode.DONE;
  }
}
