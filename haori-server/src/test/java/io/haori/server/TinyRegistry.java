package io.haori.server;

import io.haori.adapter.catalogue.MethodCatalogue;
import io.haori.adapter.spi.AdapterMethod;
import io.haori.adapter.spi.AdapterModule;
import io.haori.adapter.spi.TrainedParameter;
import io.haori.core.weights.DType;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.folder.Provenance;
import io.haori.inference.model.Heads;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextModel;
import io.haori.inference.model.TextOptions;
import io.haori.inference.task.catalogue.TaskCatalogue;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.inference.task.spi.LabelSet;
import io.haori.inference.task.spi.Task;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.registry.Addition;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import io.haori.server.settings.ServerSettings;
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.testkit.TinyBase;
import io.haori.testkit.TinyVision;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A registry in a folder with random modules on a tiny base, and that base for a server. */
public final class TinyRegistry implements AutoCloseable {
  private final Path folder;
  private final Path baseFolder;
  private final TextBase base;
  private final Registry registry;

  public TinyRegistry(Path folder) {
    this(
        folder,
        Registry.openOrCreate(
            RegistryLocation.ofFolder(folder.resolve("reg")),
            new Credentials("anna", null, null),
            InstantSource.system()));
  }

  /** With another registry, taken over. */
  public TinyRegistry(Path folder, Registry registry) {
    this(folder, registry, TinyBase.folder(folder.resolve("base")));
  }

  /** On a base that reads pictures. */
  public static TinyRegistry onPictures(Path folder) {
    return new TinyRegistry(
        folder,
        Registry.openOrCreate(
            RegistryLocation.ofFolder(folder.resolve("reg")),
            new Credentials("anna", null, null),
            InstantSource.system()),
        TinyVision.folder(folder.resolve("base")));
  }

  private TinyRegistry(Path folder, Registry registry, Path baseFolder) {
    this.folder = folder;
    this.registry = registry;
    this.baseFolder = baseFolder;
    base = openBase();
    registry
        .lifeCycle()
        .setRule(new ApprovalRule(NamePattern.ALL, "data", "test", "accuracy", 0.5, null));
  }

  /** The base once more, for one who closes it. */
  public TextBase openBase() {
    return TextBase.open(baseFolder.toString(), DType.F32, FetchListener.SILENT);
  }

  public TextBase base() {
    return base;
  }

  public Registry registry() {
    return registry;
  }

  public Path folder() {
    return folder;
  }

  /** The registry as another process opens it. */
  public Registry reopened() {
    return Registry.open(
        registry.location(), new Credentials("anna", null, null), InstantSource.system());
  }

  /** A server of this registry on its base, on any free port. */
  public HaoriServer serve(ServerSettings settings) {
    return HaoriServer.start(settings.withPort(0), registry, List.of(openBase()), DType.F32);
  }

  /** Adds a classifier of a, b and c. */
  public VersionId add(String name, String method, long seed) {
    return add(name, method, seed, TaskCatalogue.CLASSIFICATION, "a", "b", "c");
  }

  /** Adds a module for any task. */
  public VersionId add(String name, String method, long seed, Task task, String... labels) {
    Path adapter = adapter(name + "-" + seed, method, seed, task, labels);
    return registry.modules().add(adapter, new ModuleName(name), Addition.plain()).version().id();
  }

  /** Writes an adapter folder. */
  public Path adapter(String name, String method, long seed, Task task, String... labels) {
    Path adapter = folder.resolve("adapters").resolve(name);
    try (TextModel model = model(method, seed, task, labels)) {
      AdapterFolder.save(
          adapter, model, new Provenance(Map.of(), Map.of(), seed, 1, 1, Map.of(), Map.of()));
    }
    return adapter;
  }

  /** A module without a head, for one who closes it. */
  public AdapterModule module(String name, long seed) {
    Random random = new Random(seed);
    AdapterModule module =
        AdapterModule.create(
            name, MethodCatalogue.create("lora", Map.of()), base.backbone(), random);
    move(module, random);
    return module;
  }

  private static void move(AdapterModule module, Random random) {
    try (Scope scope = Scope.open()) {
      for (TrainedParameter part : module.parameters()) {
        Tensor value = part.parameter().value();
        value.addInPlace(Tensors.normal(random, 0.1, value.shape()));
      }
    }
  }

  /** A model whose answers depend on its seed. */
  public TextModel model(String method, long seed, Task task, String... labels) {
    return model(MethodCatalogue.create(method, Map.of()), seed, task, labels);
  }

  /** A model of any method whose answers depend on its seed. */
  public TextModel model(AdapterMethod method, long seed, Task task, String... labels) {
    return model(base, method, seed, task, labels);
  }

  /** A model on any base whose answers depend on its seed. */
  public TextModel model(
      TextBase base, AdapterMethod method, long seed, Task task, String... labels) {
    Random random = new Random(seed);
    AdapterModule module = AdapterModule.create("task", method, base.backbone(), random);
    DomainLabels domain = DomainLabels.single(task, LabelSet.of(List.of(labels)));
    Heads heads = Heads.create(domain, base.backbone().width(), random);
    move(module, random);
    try (Scope scope = Scope.open()) {
      heads
          .parameters()
          .forEach(one -> one.value().addInPlace(Tensors.normal(random, 1, one.value().shape())));
    }
    return new TextModel(base, module, heads, new TextOptions(Pooling.MEAN, 16, DType.F32));
  }

  /** SHA-256 of a version. */
  public String digest(VersionId id) {
    return registry.modules().state().versions().stream()
        .filter(one -> one.id().equals(id))
        .findFirst()
        .orElseThrow()
        .digest();
  }

  /** Makes a version that may be live, live everywhere. */
  public void liveAgain(VersionId id) {
    registry.lifeCycle().goLive(id, LiveTarget.EVERYWHERE, "release");
  }

  /** Makes a new version live everywhere. */
  public void live(VersionId id) {
    registry
        .lifeCycle()
        .evaluated(id, new Evaluation("data", "test", "0".repeat(64), Map.of("accuracy", 0.9)));
    registry.lifeCycle().approve(id, "tried");
    registry.lifeCycle().goLive(id, LiveTarget.EVERYWHERE, "release");
  }

  @Override
  public void close() {
    registry.close();
    base.close();
  }
}
