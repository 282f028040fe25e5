package io.haori.cli.module.combine;

import static io.haori.core.check.Check.require;

import io.haori.adapter.merge.ModulePruning;
import io.haori.adapter.merge.ModulePruning.Pruned;
import io.haori.adapter.spi.AdapterModule;
import io.haori.cli.registry.Answers;
import io.haori.cli.registry.RegistryOptions;
import io.haori.cli.session.CommandContext;
import io.haori.cli.terminal.ExitCode;
import io.haori.cli.terminal.JsonResult;
import io.haori.core.check.UserError;
import io.haori.inference.folder.Provenance;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.registry.version.Relation;
import io.haori.training.condense.LossBound;
import io.haori.training.condense.StoredModule;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code haori module prune}: a version cut down to its important subspace. */
@Command(
    name = "prune",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Cuts a module down to the largest singular components of its updates and adds what is left"
          + " as the next version. What that costs is measured on --data."
    },
    footerHeading = "%nExample:%n",
    footer = "  haori module prune tickets@3 --energy 0.9 --data tickets")
public final class PruneCommand implements Callable<Integer> {
  private final CommandContext context;

  @Parameters(paramLabel = "MODULE", description = "For example food@3 or food@live.")
  String module;

  @Option(
      names = "--energy",
      paramLabel = "SHARE",
      description =
          "Keep the fewest components that hold this share of the energy, in (0, 1] (default:"
              + " not by energy).")
  @Nullable Double energy;

  @Option(
      names = "--max-loss-rise",
      paramLabel = "X",
      description =
          "Keep so few that the loss on the validation rows rises by X at most (default: not by"
              + " loss).")
  @Nullable Double rise;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "A folder with validation and test; needed for a module with a head (default: none).")
  @Nullable Path data;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Add it to this module (default: to the same one).")
  @Nullable String name;

  @Mixin final RegistryOptions options = new RegistryOptions();

  public PruneCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Instant start = context.clock().instant();
    if ((energy == null) == (rise == null)) {
      throw new UserError(
          "--energy or --max-loss-rise must be given, got "
              + (energy == null ? "neither" : "both"));
    }
    if (energy != null) {
      require(energy > 0 && energy <= 1, "--energy", "in (0, 1]", energy);
    }
    LossBound bound = rise == null ? null : new LossBound(rise);
    ModuleReference reference = ModuleReference.parse(module);
    ModuleName target = name == null ? reference.name() : new ModuleName(name);
    try (Registry registry = options.open(context)) {
      registry.modules().requireMayAdd(target);
      ModuleVersion source = registry.modules().show(reference).version();
      try (LoadedVersions loaded = LoadedVersions.open(registry, List.of(source))) {
        prune(registry, loaded, target, bound, start);
      }
    }
    return ExitCode.DONE;
  }

  private void prune(
      Registry registry,
      LoadedVersions loaded,
      ModuleName target,
      @Nullable LossBound bound,
      Instant start) {
    LoadedVersions.Loaded source = loaded.all().get(0);
    StoredModule stored = source.module();
    Measurement measurement = Measurement.of(data, loaded.all());
    require(
        bound == null || measurement != null,
        "--max-loss-rise",
        "left out for " + source.version().id() + ", which has no head to score",
        String.valueOf(rise));
    Pruned pruned = pruned(stored, bound, measurement);
    try (AdapterModule less = pruned.module()) {
      List<Measurement.Line> lines = new ArrayList<>();
      if (measurement != null) {
        lines.add(measurement.line(source));
        lines.add(measurement.line("pruned", stored.pass(less)));
      }
      Measurement.Line after = lines.isEmpty() ? null : lines.get(1);
      int before = ModulePruning.components(stored.module());
      ModuleVersion version =
          loaded.register(
              registry,
              target,
              folder -> stored.save(folder, less, provenance(source.version(), pruned, after)),
              List.of(new Parent(source.version().id(), Relation.PRUNED)),
              measurement == null || after == null
                  ? null
                  : measurement.evaluation(after.test().scores()));
      tell(source.version(), version, pruned, before, lines, start);
    }
  }

  private Pruned pruned(
      StoredModule stored, @Nullable LossBound bound, @Nullable Measurement measurement) {
    AdapterModule whole = stored.module();
    if (bound != null && measurement != null) {
      return bound.prune("task", whole, stored.pass(whole), measurement.validation());
    }
    return ModulePruning.toEnergy("task", whole, energy == null ? 1 : energy);
  }

  private Provenance provenance(
      ModuleVersion source, Pruned pruned, Measurement.@Nullable Line after) {
    Map<String, Object> settings = new TreeMap<>(source.origin().settings());
    settings.put("pruned.of", source.id().toString());
    settings.put("pruned.components", pruned.components());
    settings.put("pruned.energyLost", pruned.energyLost());
    if (energy != null) {
      settings.put("pruned.energy", energy);
    }
    if (rise != null) {
      settings.put("pruned.maxLossRise", rise);
    }
    Long seed = source.origin().seed();
    return new Provenance(
        settings,
        source.origin().data(),
        seed == null ? 0 : seed,
        0,
        0,
        after == null ? Map.of() : after.validation().scores(),
        after == null ? Map.of() : after.test().scores());
  }

  private void tell(
      ModuleVersion source,
      ModuleVersion version,
      Pruned pruned,
      int before,
      List<Measurement.Line> lines,
      Instant start) {
    JsonResult json =
        new JsonResult("module prune")
            .put("module", version.id().toString())
            .put("parent", source.id().toString())
            .put("components", Map.of("before", before, "after", pruned.components()))
            .put("energyLost", pruned.energyLost())
            .put("bytes", Map.of("before", source.bytes(), "after", version.bytes()));
    if (!lines.isEmpty()) {
      Measurement.tell(options, context, lines);
      Measurement.put(json, lines);
    }
    options.tell(
        context,
        String.format(
            Locale.ROOT,
            "%s is %s with %d of %d components, %.3f %% of the energy cut off, %s in place of %s.",
            version.id(),
            source.id(),
            pruned.components(),
            before,
            100 * pruned.energyLost(),
            Answers.bytes(version.bytes()),
            Answers.bytes(source.bytes())));
    options.print(context, json, start);
  }
}
