package io.haori.server;

import io.haori.adapter.catalogue.MethodCatalogue;
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
import io.haori.tensor.Scope;
import io.haori.tensor.Tensor;
import io.haori.tensor.Tensors;
import io.haori.testkit.TinyBase;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A registry in a folder with random modules on a tiny base, and that base for a server. */
final class TinyRegistry implements AutoCloseable {
  private final Path folder;
  private final Path baseFolder;
  private final TextBase base;
  private final Registry registry;

  TinyRegistry(Path folder) {
    this.folder = folder;
    baseFolder = TinyBase.folder(folder.resolve("base"));
    base = openBase();
    registry =
        Registry.openOrCreate(
            RegistryLocation.ofFolder(folder.resolve("reg")),
            new Credentials("anna", null, null),
            InstantSource.system());
    registry
        .lifeCycle()
        .setRule(new ApprovalRule(NamePattern.ALL, "data", "test", "accuracy", 0.5, null));
  }

  /** The base once more, for one who closes it. */
  TextBase openBase() {
    return TextBase.open(baseFolder.toString(), DType.F32, FetchListener.SILENT);
  }

  TextBase base() {
    return base;
  }

  Registry registry() {
    return registry;
  }

  Path folder() {
    return folder;
  }

  /** The registry as another process opens it. */
  Registry reopened() {
    return Registry.open(
        registry.location(), new Credentials("anna", null, null), InstantSource.system());
  }

  /** Adds a classifier of a, b and c. */
  VersionId add(String name, String method, long seed) {
    return add(name, method, seed, TaskCatalogue.CLASSIFICATION, "a", "b", "c");
  }

  /** Adds a module for any task. */
  VersionId add(String name, String method, long seed, Task task, String... labels) {
    Path adapter = adapter(name + "-" + seed, method, seed, task, labels);
    return registry.modules().add(adapter, new ModuleName(name), Addition.plain()).version().id();
  }

  /** Writes an adapter folder. */
  Path adapter(String name, String method, long seed, Task task, String... labels) {
    Path adapter = folder.resolve("adapters").resolve(name);
    try (TextModel model = model(method, seed, task, labels)) {
      AdapterFolder.save(
          adapter, model, new Provenance(Map.of(), Map.of(), seed, 1, 1, Map.of(), Map.of()));
    }
    return adapter;
  }

  /** A model whose answers depend on its seed. */
  TextModel model(String method, long seed, Task task, String... labels) {
    Random random = new Random(seed);
    AdapterModule module =
        AdapterModule.create(
            "task", MethodCatalogue.create(method, Map.of()), base.backbone(), random);
    DomainLabels domain = DomainLabels.single(task, LabelSet.of(List.of(labels)));
    Heads heads = Heads.create(domain, base.backbone().width(), random);
    try (Scope scope = Scope.open()) {
      for (TrainedParameter part : module.parameters()) {
        Tensor value = part.parameter().value();
        value.addInPlace(Tensors.normal(random, 0.1, value.shape()));
      }
      heads
          .parameters()
          .forEach(one -> one.value().addInPlace(Tensors.normal(random, 1, one.value().shape())));
    }
    return new TextModel(base, module, heads, new TextOptions(Pooling.MEAN, 16, DType.F32));
  }

  /** Makes a version live everywhere. */
  void live(VersionId id) {
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
