package io.haori.cli.module.combine;

import static io.haori.core.check.Check.require;

import io.haori.adapter.merge.MergeConfig;
import io.haori.adapter.merge.MergeKind;
import io.haori.cli.registry.Answers;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.inference.folder.Provenance;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.registry.version.Relation;
import io.haori.training.condense.StoredModule;
import io.haori.training.condense.StoredModule.MergedModule;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori module merge}: several versions made into one. */
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes several modules into one: the weighted sum of their updates, exactly, with the ranks"
          + " added up, or cut to a rank; or another kind of merge. Heads for the same labels are"
          + " averaged. What that costs is measured on --data."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  haori module merge food@3 snacks@1 --name all-food",
      "  haori module merge food@3 snacks@1 --kind ties --density 0.3 --name all-food --data food"
    })
public final class MergeCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "MODULE", arity = "1..*", description = "For example food@3 snacks@1.")
  List<String> modules = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      required = true,
      description = "Of the module, new or not, whose next version it becomes.")
  String name;

  @Mixin final MergeOptions merge = new MergeOptions();

  @Option(
      names = "--rank",
      paramLabel = "N",
      description =
          "Cut each layer to its N largest components (default: the sum of the modules' ranks, for"
              + " which sum and knots lose nothing).")
  @Nullable Integer rank;

  @Option(
      names = "--weights",
      paramLabel = "X",
      split = ",",
      description = "One a module (default: equal ones that add up to 1, their mean).")
  @Nullable List<Double> weights;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "A folder with validation and test; needed for modules with heads (default: none).")
  @Nullable Path data;

  @Mixin final RegistryOptions options = new RegistryOptions();

  public MergeCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    ModuleName target = new ModuleName(name);
    if (rank != null) {
      require(rank >= 1, "--rank", "at least 1", rank);
    }
    List<Double> shares =
        weights == null ? Collections.nCopies(modules.size(), 1.0 / modules.size()) : weights;
    require(
        shares.size() == modules.size(),
        "--weights",
        "one a module, " + modules.size(),
        shares.size());
    for (double weight : shares) {
      require(Double.isFinite(weight), "--weights", "finite", weight);
    }
    MergeConfig config = merge.config();
    List<ModuleReference> references = modules.stream().map(ModuleReference::parse).toList();
    try (Registry registry = options.open(context)) {
      registry.modules().requireMayAdd(target);
      List<ModuleVersion> sources = new ArrayList<>();
      references.forEach(one -> sources.add(registry.modules().show(one).version()));
      Set<ModuleVersion> different = new LinkedHashSet<>(sources);
      require(
          different.size() == sources.size(),
          "modules to merge",
          "different versions",
          "one of them twice");
      try (LoadedVersions loaded = LoadedVersions.open(registry, sources)) {
        merge(registry, loaded, target, shares, config, start);
      }
    }
    return ExitCode.DONE;
  }

  private void merge(
      Registry registry,
      LoadedVersions loaded,
      ModuleName target,
      List<Double> shares,
      MergeConfig config,
      Instant start) {
    List<LoadedVersions.Loaded> all = loaded.all();
    Measurement measurement = Measurement.of(data, all);
    List<StoredModule> members = all.stream().map(LoadedVersions.Loaded::module).toList();
    OptionalInt bound = rank == null ? OptionalInt.empty() : OptionalInt.of(rank);
    MergedModule merged = StoredModule.merge(members, shares, config, bound);
    try (StoredModule one = merged.stored()) {
      List<Measurement.Line> lines = new ArrayList<>();
      if (measurement != null) {
        all.forEach(source -> lines.add(measurement.line(source)));
        lines.add(measurement.line("merged", one.pass(one.module())));
      }
      Measurement.Line after = lines.isEmpty() ? null : lines.get(lines.size() - 1);
      List<ModuleVersion> sources = all.stream().map(LoadedVersions.Loaded::version).toList();
      Provenance provenance = provenance(sources, shares, config, merged.energyLost(), after);
      ModuleVersion version =
          loaded.register(
              registry,
              target,
              folder -> one.save(folder, one.module(), provenance),
              sources.stream().map(source -> new Parent(source.id(), Relation.MERGED)).toList(),
              measurement == null || after == null
                  ? null
                  : measurement.evaluation(after.test().scores()));
      tell(sources, version, config, merged.energyLost(), lines, start);
    }
  }

  private Provenance provenance(
      List<ModuleVersion> sources,
      List<Double> shares,
      MergeConfig config,
      double lost,
      Measurement.@Nullable Line after) {
    Map<String, Object> settings = new TreeMap<>();
    Map<String, String> digests = new TreeMap<>();
    for (int i = 0; i < sources.size(); i++) {
      String id = sources.get(i).id().toString();
      settings.put("merged.of." + id, shares.get(i));
      sources
          .get(i)
          .origin()
          .data()
          .forEach((split, digest) -> digests.put(id + " " + split, digest));
    }
    merge.describe(config, settings);
    settings.put("merged.rank", rank == null ? "exact" : rank);
    settings.put("merged.energyLost", lost);
    return new Provenance(
        settings,
        digests,
        0,
        0,
        0,
        after == null ? Map.of() : after.validation().scores(),
        after == null ? Map.of() : after.test().scores());
  }

  private void tell(
      List<ModuleVersion> sources,
      ModuleVersion version,
      MergeConfig config,
      double lost,
      List<Measurement.Line> lines,
      Instant start) {
    long before = sources.stream().mapToLong(ModuleVersion::bytes).sum();
    List<String> ids = sources.stream().map(source -> source.id().toString()).toList();
    JsonResult json =
        new JsonResult("module merge")
            .put("module", version.id().toString())
            .put("parents", ids)
            .put("kind", config.kind().word())
            .put("density", config.density())
            .put("energyLost", lost)
            .put("bytes", Map.of("before", before, "after", version.bytes()));
    if (!lines.isEmpty()) {
      Measurement.tell(options, context, lines);
      Measurement.put(json, lines);
    }
    options.tell(
        context,
        String.format(
            Locale.ROOT,
            "%s is made of %s%s, %.3f %% of the energy cut off, %s in place of %s.",
            version.id(),
            String.join(", ", ids),
            config.kind() == MergeKind.SUM ? "" : " by " + config.kind().word(),
            100 * lost,
            Answers.bytes(version.bytes()),
            Answers.bytes(before)));
    options.print(context, json, start);
  }
}
