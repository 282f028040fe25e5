package io.haori.cli.module;

import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.registry.Registry;
import io.haori.registry.VersionDiff;
import io.haori.registry.VersionView;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.version.ModuleVersion;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code haori module diff}: what two versions differ in. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Shows what differs between two versions.",
    footerHeading = "%nExample:%n",
    footer = "  haori module diff tickets@2 tickets@3")
final class DiffCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(index = "0", paramLabel = "MODULE", description = "For example food@2.")
  String one;

  @Parameters(index = "1", paramLabel = "MODULE", description = "For example food@3.")
  String other;

  @Mixin final RegistryOptions options = new RegistryOptions();

  DiffCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    ModuleReference first = ModuleReference.parse(one);
    ModuleReference second = ModuleReference.parse(other);
    try (Registry registry = options.open(context)) {
      VersionDiff.Side left = side(registry, first);
      VersionDiff.Side right = side(registry, second);
      List<VersionDiff.Difference> differences = VersionDiff.between(left, right);
      Table table = new Table("", id(left), id(right)).keyed();
      for (VersionDiff.Difference one : differences) {
        table.row(
            one.what(),
            Objects.requireNonNullElse(one.left(), "–"),
            Objects.requireNonNullElse(one.right(), "–"));
      }
      options.table(context, table);
      options.print(
          context,
          new JsonResult("module diff")
              .put("left", json(left))
              .put("right", json(right))
              .put("differences", differences.stream().map(DiffCommand::json).toList()),
          start);
    }
    return ExitCode.DONE;
  }

  private static VersionDiff.Side side(Registry registry, ModuleReference reference) {
    VersionView view = registry.modules().show(reference);
    return new VersionDiff.Side(view, registry.lifeCycle().evaluations(view.version().id()));
  }

  private static String id(VersionDiff.Side side) {
    return side.view().version().id().toString();
  }

  private static Map<String, Object> json(VersionDiff.Side side) {
    ModuleVersion version = side.view().version();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("module", version.id().toString());
    json.put("created", version.created().toString());
    json.put("author", version.author());
    json.put("digest", version.contentDigest());
    return json;
  }

  private static Map<String, @Nullable Object> json(VersionDiff.Difference difference) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("what", difference.what());
    json.put("kind", difference.kind());
    json.put("name", difference.name());
    json.put("left", difference.left());
    json.put("right", difference.right());
    return json;
  }
}
