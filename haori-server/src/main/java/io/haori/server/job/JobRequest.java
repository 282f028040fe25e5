package io.haori.server.job;

import static io.haori.core.check.Check.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.core.json.SettingsReader;
import io.haori.inference.model.BaseOptions;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.training.comparison.ComparisonPlan;
import io.haori.training.multidomain.DomainSetSettings;
import io.haori.training.pretrain.PretrainSettings;
import io.haori.training.task.TuneSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What somebody wants to be done.
 *
 * @param kind of job
 * @param name of the module that comes of it, or of the report; roles for this name decide who may
 *     start, stop and see it
 * @param data versions of data that it reads
 * @param modules versions that it starts from or mixes
 * @param base name of the base
 * @param analysis which one; empty for other kinds
 * @param route how the modules of a mix share the work, as {@code mix --route} has it; empty for
 *     what is usual and for other kinds
 * @param seeds how often models are trained; 0 for what is usual
 * @param settings as {@code --settings} has them; empty for what is usual
 */
public record JobRequest(
    JobKind kind,
    ModuleName name,
    List<VersionId> data,
    List<VersionId> modules,
    String base,
    String analysis,
    String route,
    int seeds,
    ObjectNode settings) {
  /** What can be analysed. */
  public static final List<String> ANALYSES =
      List.of("transfer", "groups", "capacity", "similarity");

  /**
   * How a mix may be made; {@code nearest} needs modules that know where their domain's texts are,
   * as those of {@code pretrain} do.
   */
  public static final List<String> ROUTES =
      List.of("auto", "learned", "gated", "arrow", "nearest", "none", "sum");

  private static final String METHOD = "method";
  private static final String USUAL_METHOD = "lora";
  private static final int MOST_SEEDS = 100;
  private static final int MOST_DATA = 32;

  /** Checks all that can be known without reading data. */
  public JobRequest {
    data = List.copyOf(data);
    modules = List.copyOf(modules);
    int fewest = kind == JobKind.ANALYZE ? 2 : 1;
    int most = kind == JobKind.ANALYZE || kind == JobKind.TOGETHER ? MOST_DATA : 1;
    require(
        data.size() >= fewest && data.size() <= most,
        "data",
        most == 1 ? "one version of data" : fewest + " to " + most + " versions of data",
        data.size());
    require(
        kind == JobKind.TOGETHER
            || data.stream().map(VersionId::name).distinct().count() == data.size(),
        "data",
        "of different names",
        data);
    checkModules(kind, name, modules);
    require(
        kind == JobKind.ANALYZE ? ANALYSES.contains(analysis) : analysis.isEmpty(),
        "analysis",
        kind == JobKind.ANALYZE
            ? "one of " + String.join(", ", ANALYSES)
            : "left out for " + kind.word(),
        analysis.isEmpty() ? "nothing" : analysis);
    require(
        route.isEmpty() || (kind == JobKind.MIX && ROUTES.contains(route)),
        "route",
        kind == JobKind.MIX ? "one of " + String.join(", ", ROUTES) : "left out for " + kind.word(),
        route);
    require(seeds >= 0 && seeds <= MOST_SEEDS, "seeds", "in [0, " + MOST_SEEDS + "]", seeds);
    require(kind.repeats() || seeds == 0, "seeds", "left out for " + kind.word(), seeds);
    settings = settings.deepCopy();
    check(kind, analysis, settings);
  }

  private static void checkModules(JobKind kind, ModuleName name, List<VersionId> modules) {
    require(
        kind.takesModules() || modules.isEmpty(),
        "modules",
        "left out for " + kind.word(),
        modules.size());
    boolean needs = kind.takesModules() && kind != JobKind.TUNE;
    require(!needs || !modules.isEmpty(), "modules", "one module at least", "nothing");
    require(kind != JobKind.EVALUATE || modules.size() == 1, "modules", "one", modules.size());
    require(
        modules.size() <= MOST_DATA && modules.stream().distinct().count() == modules.size(),
        "modules",
        "at most " + MOST_DATA + " different ones",
        modules);
    if (kind == JobKind.MIX) {
      require(
          modules.stream().map(VersionId::name).distinct().count() == modules.size(),
          "modules",
          "of different names",
          modules);
    }
    if (kind.measures()) {
      // The roles for this name decide, and its versions get the evidence.
      require(name.equals(modules.get(0).name()), "name", "that of the first module", name);
    }
  }

  /** Refuses settings that the command would refuse. */
  private static void check(JobKind kind, String analysis, ObjectNode settings) {
    if (kind == JobKind.EVALUATE) {
      require(settings.isEmpty(), "settings", "left out for evaluate", settings);
      return;
    }
    if (kind == JobKind.TOGETHER) {
      TogetherSettings.of(settings);
      return;
    }
    if (kind == JobKind.ANOMALY) {
      DetectorSettings.of(settings);
      return;
    }
    if (kind == JobKind.COMPARE) {
      require(!settings.isEmpty(), "settings", "a plan of methods", "nothing");
      ComparisonPlan.fromJson(settings);
      return;
    }
    if (settings.isEmpty()) {
      return;
    }
    ObjectNode whole = settings.deepCopy();
    if (!whole.has(METHOD) && kind != JobKind.MIX) {
      whole.put(METHOD, analysis.equals("capacity") ? "modular" : USUAL_METHOD);
    }
    switch (kind) {
      case TUNE -> TuneSettings.fromJson(whole);
      case PRETRAIN -> PretrainSettings.fromJson(whole);
      case ANALYZE -> DomainSetSettings.fromJson(whole);
      // A mix's method needs its modules; the command itself reads its other settings.
      case MIX -> {
        var unused = BaseOptions.read(SettingsReader.of(whole), BaseOptions.DEFAULT);
      }
      case ANOMALY, COMPARE, EVALUATE, TOGETHER -> {}
    }
  }

  /** As it is stored and answered. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", kind.word());
    map.put("name", name.text());
    map.put("data", data.stream().map(VersionId::toString).toList());
    map.put("modules", modules.stream().map(VersionId::toString).toList());
    map.put("base", base);
    map.put("analysis", analysis);
    map.put("route", route);
    map.put("seeds", seeds);
    map.put("settings", settings);
    return map;
  }

  /** As {@link #toMap} wrote it. */
  static JobRequest of(JsonNode json) {
    return new JobRequest(
        JobKind.parse(json.path("kind").asText()),
        new ModuleName(json.path("name").asText()),
        versions(json.path("data")),
        versions(json.path("modules")),
        json.path("base").asText(),
        json.path("analysis").asText(),
        json.path("route").asText(),
        json.path("seeds").asInt(),
        json.path("settings") instanceof ObjectNode settings
            ? settings
            : JsonNodeFactory.instance.objectNode());
  }

  private static List<VersionId> versions(JsonNode json) {
    List<VersionId> versions = new ArrayList<>();
    json.forEach(one -> versions.add(ModuleReference.parseVersion(one.asText())));
    return versions;
  }
}
