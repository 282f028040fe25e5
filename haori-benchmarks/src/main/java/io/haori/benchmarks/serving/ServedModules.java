package io.haori.benchmarks.serving;

import io.haori.inference.live.LiveModel;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.router.Route;
import io.haori.registry.Addition;
import io.haori.registry.Registry;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.ModuleVersion;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Random modules in a registry, with what they must answer where that is wanted. */
final class ServedModules implements AutoCloseable {
  private static final String RULE = "evaluation";

  private final Registry registry;
  private final Path folder;
  private final RandomModules modules;
  private final LiveModel live;
  private final Map<String, String> digests = new HashMap<>();
  private int seed;

  /**
   * For a registry.
   *
   * @param registry stays open
   * @param base stays open
   * @param options how texts are read
   * @param folder where modules are written before they are added
   */
  ServedModules(Registry registry, TextBase base, TextOptions options, Path folder) {
    this.registry = registry;
    this.folder = folder;
    modules = new RandomModules(base, options);
    live = new LiveModel(base, null, options);
    registry
        .lifeCycle()
        .setRule(new ApprovalRule(NamePattern.ALL, RULE, "test", "accuracy", 0.5, null));
  }

  /** The modules in this process. */
  LiveModel live() {
    return live;
  }

  /** Adds a classifier; its labels are those of no other version. */
  VersionId add(String name, String method) {
    return add(name, method, ++seed);
  }

  private VersionId add(String name, String method, int number) {
    Path written = folder.resolve("module-" + number);
    List<String> labels = List.of("a" + number, "b" + number, "c" + number);
    modules.write(written, method, number, labels);
    ModuleVersion version =
        registry.modules().add(written, new ModuleName(name), Addition.plain()).version();
    digests.put(version.id().toString(), version.contentDigest());
    return version.id();
  }

  /** Adds a classifier and has this process compute what it must answer. */
  VersionId add(String name, String method, ExpectedAnswers expected) {
    int number = ++seed;
    VersionId id = add(name, method, number);
    List<String> labels = List.of("a" + number, "b" + number, "c" + number);
    live.attach(id.toString(), modules.part(method, number, labels));
    expected.compute(id.toString(), live, Route.module(id.toString()));
    return id;
  }

  /** SHA-256 of a version by its name, such as {@code food@2}. */
  String digest(String version) {
    return digests.getOrDefault(version, "");
  }

  /** Makes a new version live everywhere. */
  void goLive(VersionId id) {
    registry
        .lifeCycle()
        .evaluated(id, new Evaluation(RULE, "test", "0".repeat(64), Map.of("accuracy", 0.9)));
    registry.lifeCycle().approve(id, "tried");
    registry.lifeCycle().goLive(id, LiveTarget.EVERYWHERE, "release");
  }

  @Override
  public void close() {
    live.close();
  }
}
