package io.haori.cli.module.combine;

import static io.haori.core.check.Check.require;

import io.haori.adapter.lora.LoraSpan;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.cli.terminal.Table;
import io.haori.registry.ModuleSummary;
import io.haori.registry.Registry;
import io.haori.registry.VersionView;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code haori module duplicates}: pairs of modules that do nearly the same. */
@Command(
    name = "duplicates",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Names pairs of modules whose updates write into nearly the same directions, by the principal"
          + " angles of their spans; the newest version of each module counts."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori module duplicates --above 0.7")
public final class DuplicatesCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(
      names = "--names",
      paramLabel = "PATTERN",
      defaultValue = "*",
      description = "Only of these modules (default: ${DEFAULT-VALUE}).")
  String names;

  @Option(
      names = "--above",
      paramLabel = "X",
      defaultValue = "0.5",
      description =
          "Pairs with an overlap of at least X: the mean squared cosine of the angles (default:"
              + " ${DEFAULT-VALUE}).")
  double above;

  @Option(
      names = "--energy",
      paramLabel = "SHARE",
      defaultValue = "0.95",
      description =
          "Of each update, the directions that hold this share of its energy (default:"
              + " ${DEFAULT-VALUE}).")
  double energy;

  @Mixin final RegistryOptions options = new RegistryOptions();

  public DuplicatesCommand(CommandContext context) {
    this.context = context;
  }

  /**
   * Two modules that are near.
   *
   * @param first its version
   * @param second its version
   * @param overlap mean squared cosine of the principal angles, in [0, 1]
   * @param likeness cosine of the updates, in [-1, 1]
   */
  record Pair(VersionId first, VersionId second, double overlap, double likeness) {
    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("first", first.toString());
      json.put("second", second.toString());
      json.put("overlap", overlap);
      json.put("likeness", likeness);
      return json;
    }
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    require(above >= 0 && above <= 1, "--above", "in [0, 1]", above);
    require(energy > 0 && energy <= 1, "--energy", "in (0, 1]", energy);
    NamePattern pattern = new NamePattern(names);
    try (Registry registry = options.open(context)) {
      Map<String, List<ModuleVersion>> byBase = new LinkedHashMap<>();
      for (ModuleSummary summary : registry.modules().list()) {
        if (pattern.matches(summary.newest().name())) {
          newestInUse(registry, summary)
              .ifPresent(
                  version ->
                      byBase
                          .computeIfAbsent(version.origin().baseDigest(), one -> new ArrayList<>())
                          .add(version));
        }
      }
      List<Pair> pairs = new ArrayList<>();
      int compared = 0;
      for (List<ModuleVersion> versions : byBase.values()) {
        // One alone is near nothing, and its base need not be at hand.
        compared += versions.size() == 1 ? 1 : compare(registry, versions, pairs);
      }
      pairs.sort(Comparator.comparingDouble(Pair::overlap).reversed());
      tell(compared, pairs, start);
    }
    return ExitCode.DONE;
  }

  private static Optional<ModuleVersion> newestInUse(Registry registry, ModuleSummary summary) {
    if (summary.state() != State.RETIRED) {
      ModuleReference newest = new ModuleReference.Numbered(summary.newest());
      return Optional.of(registry.modules().show(newest).version());
    }
    return registry.modules().versions(summary.newest().name()).stream()
        .filter(view -> view.status().state() != State.RETIRED)
        .map(VersionView::version)
        .reduce((earlier, later) -> later);
  }

  /** Compares modules on one base; says how many of them have a low-rank update. */
  private int compare(Registry registry, List<ModuleVersion> versions, List<Pair> pairs) {
    List<VersionId> ids = new ArrayList<>();
    List<LoraSpan> spans = new ArrayList<>();
    try (LoadedVersions loaded = LoadedVersions.openAny(registry, versions)) {
      for (LoadedVersions.Loaded source : loaded.all()) {
        if (source.module().isLowRank()) {
          ids.add(source.version().id());
          spans.add(LoraSpan.of(source.module().module()));
        }
      }
      for (int i = 0; i < spans.size(); i++) {
        for (int j = i + 1; j < spans.size(); j++) {
          LoraSpan.Nearness near = spans.get(i).to(spans.get(j), energy);
          if (near.overlap() >= above) {
            pairs.add(new Pair(ids.get(i), ids.get(j), near.overlap(), near.likeness()));
          }
        }
      }
      return spans.size();
    } finally {
      spans.forEach(LoraSpan::close);
    }
  }

  private void tell(int compared, List<Pair> pairs, Instant start) {
    Table table = new Table("module", "and", "overlap", "likeness");
    for (Pair pair : pairs) {
      table.row(
          pair.first().toString(),
          pair.second().toString(),
          String.format(Locale.ROOT, "%.3f", pair.overlap()),
          String.format(Locale.ROOT, "%.3f", pair.likeness()));
    }
    options.table(context, table);
    options.tell(
        context,
        compared
            + " modules compared, "
            + pairs.size()
            + " pairs overlap by at least "
            + above
            + ".");
    options.print(
        context,
        new JsonResult("module duplicates")
            .put("compared", compared)
            .put("pairs", pairs.stream().map(Pair::json).toList()),
        start);
  }
}
