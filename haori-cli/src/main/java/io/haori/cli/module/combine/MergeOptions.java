package io.haori.cli.module.combine;

import static io.haori.core.check.Check.require;

import io.haori.adapter.merge.MergeConfig;
import io.haori.adapter.merge.MergeKind;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How modules are merged. What is not given is as {@link MergeConfig} has it. */
final class MergeOptions {
  private static final String KIND = "--kind";
  private static final String DENSITY = "--density";

  @Option(
      names = KIND,
      paramLabel = "NAME",
      description =
          "sum; ties: the mean of what agrees in its sign; dare: the sum after numbers were dropped"
              + " at random; knots: ties in the directions that the modules share (default: sum).")
  @Nullable String kind;

  @Option(
      names = DENSITY,
      paramLabel = "SHARE",
      description =
          "Of each layer's update, the share of numbers that ties, dare or knots keeps, in (0, 1]"
              + " (default: 0.2, for dare 0.5).")
  @Nullable Double density;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides which numbers dare drops (default: 0).")
  @Nullable Long seed;

  MergeConfig config() {
    MergeConfig config =
        kind == null ? MergeConfig.SUM : MergeConfig.of(MergeKind.parse(KIND, kind));
    if (density != null) {
      require(config.kind() != MergeKind.SUM, DENSITY, "left out with the kind sum", density);
      require(density > 0 && density <= 1, DENSITY, "in (0, 1]", density);
      config = config.withDensity(density);
    }
    if (seed != null) {
      require(config.kind() == MergeKind.DARE, "--seed", "left out without --kind dare", seed);
      config = config.withSeed(seed);
    }
    return config;
  }

  /** Puts what was chosen among the settings that a merged module is stored with. */
  void describe(MergeConfig config, Map<String, Object> settings) {
    settings.put("merged.kind", config.kind().word());
    if (config.kind() != MergeKind.SUM) {
      settings.put("merged.density", config.density());
    }
    if (config.kind() == MergeKind.DARE) {
      settings.put("merged.seed", config.seed());
    }
  }
}
