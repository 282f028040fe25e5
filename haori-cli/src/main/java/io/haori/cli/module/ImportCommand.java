package io.haori.cli.module;

import io.haori.adapter.peft.PeftAdapter;
import io.haori.adapter.peft.PeftFolder;
import io.haori.cli.registry.Answers;
import io.haori.cli.registry.BaseDigest;
import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Progress;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.Bases;
import io.haori.model.base.FetchListener;
import io.haori.registry.Added;
import io.haori.registry.Addition;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.BaseIdentity;
import io.haori.registry.version.FolderContent;
import io.haori.registry.version.Origin;
import io.haori.tensor.Tensor;
import io.haori.training.pretrain.ModuleFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori module import}: a PEFT folder, or modules of another registry. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Takes in a folder that PEFT wrote, whose tensors are checked against its base,",
      "or modules of another registry, with their numbers, authors and dates."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori module import peft-folder --name tickets --base minilm")
final class ImportCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "DIR|URL", description = "A PEFT folder, or another registry.")
  String source;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Of a PEFT folder: name of the module, new or not (default: none).")
  @Nullable String name;

  @Option(
      names = "--base",
      paramLabel = "BASE",
      description = "Of a PEFT folder: its base (default: none).")
  @Nullable String base;

  @Option(
      names = "--names",
      paramLabel = "PATTERN",
      defaultValue = "*",
      description = "Of a registry: these modules (default: ${DEFAULT-VALUE}).")
  String names;

  @Option(
      names = "--prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Of a registry: put before the names (default: nothing).")
  String prefix;

  @Option(
      names = "--source-blobs",
      paramLabel = "DIR",
      description =
          "Of a registry in a database (whose token is HAORI_SOURCE_TOKEN): its files (default:"
              + " none).")
  @Nullable Path sourceBlobs;

  @Mixin final RegistryOptions options = new RegistryOptions();

  ImportCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    boolean registry =
        source.startsWith("jdbc:") || Files.exists(Path.of(source).resolve("registry.db"));
    if (registry) {
      importRegistry(start);
    } else {
      importFolder(start);
    }
    return ExitCode.DONE;
  }

  private void importFolder(Instant start) {
    if (name == null) {
      throw new UserError("--name is missing: haori module import needs it for a PEFT folder");
    }
    ModuleName module = new ModuleName(name);
    Path folder = PeftFolder.located(Path.of(source));
    if (!Files.isDirectory(folder)) {
      throw new UserError(folder + ": must be a PEFT folder or a registry, but nothing is there");
    }
    BaseIdentity on = base == null ? null : checked(folder, base);
    try (Registry registry = options.openOrCreate(context)) {
      Added added = registry.modules().add(folder, module, new Addition(List.of(), on, ""));
      VersionId id = added.version().id();
      options.tell(
          context,
          id
              + (added.isNew() ? " is imported, " : " holds these files already, ")
              + Answers.bytes(added.version().bytes()));
      options.print(
          context, new JsonResult("module import").put("versions", List.of(id.toString())), start);
    }
  }

  /** Loads the tensors on the base, so that what does not fit is reported now. */
  private static BaseIdentity checked(Path folder, String base) {
    // Before it is fetched, where its name alone says which one it is.
    Bases.requireKnown(base);
    Bases.publishedDigest(base)
        .ifPresent(digest -> requireSame(folder, new BaseIdentity(base, digest)));
    BaseIdentity identity;
    if (Files.exists(folder.resolve(PeftFolder.CONFIG))
        && Files.exists(folder.resolve(PeftFolder.TENSORS))) {
      try (TextBase opened = TextBase.open(base, DType.F32, FetchListener.SILENT)) {
        identity = new BaseIdentity(base, opened.digest());
        requireSame(folder, identity);
        PeftAdapter adapter = PeftFolder.read(folder, opened.backbone());
        adapter.module().close();
        adapter.headTensors().values().forEach(Tensor::close);
      }
    } else {
      identity = BaseDigest.of(base);
      requireSame(folder, identity);
    }
    return identity;
  }

  /** Where the folder says its base, it must be the one that the user named. */
  private static void requireSame(Path folder, BaseIdentity base) {
    if (ModuleFolder.exists(folder)) {
      Origin origin = FolderContent.read(folder, base).origin();
      Check.require(
          origin.baseDigest().equals(base.digest()),
          "--base",
          origin.baseName()
              + " with the digest "
              + origin.baseDigest()
              + ", as "
              + folder
              + " says",
          base.name() + " with the digest " + base.digest());
    }
  }

  private void importRegistry(Instant start) {
    NamePattern pattern = new NamePattern(names);
    Credentials own = RegistryAddress.credentials(context);
    Credentials there =
        new Credentials(
            own.user(),
            context.environment().get("HAORI_SOURCE_TOKEN"),
            context.environment().get("HAORI_SOURCE_PASSWORD"));
    try (Registry from =
            Registry.open(
                RegistryAddress.location(context, source, sourceBlobs), there, context.clock());
        Registry registry = options.openOrCreate(context)) {
      List<VersionId> versions;
      try (Progress progress =
          options.progress(context, "import", from.maintenance().blobBytes())) {
        versions = registry.importFrom(from).run(pattern, prefix, bytes -> progress.at(bytes, ""));
      }
      options.tell(context, versions.size() + " versions are imported.");
      options.print(
          context,
          new JsonResult("module import")
              .put("versions", versions.stream().map(VersionId::toString).toList()),
          start);
    }
  }
}
