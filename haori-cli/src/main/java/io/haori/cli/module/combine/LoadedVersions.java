package io.haori.cli.module.combine;

import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.Registration;
import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.AtomicFiles;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.model.base.Bases;
import io.haori.model.base.FetchListener;
import io.haori.registry.Addition;
import io.haori.registry.Registry;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.version.BaseIdentity;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.training.condense.StoredModule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Versions of a registry in memory on their base, to be compared with each other or made into
 * others. Owns the base and the modules.
 */
final class LoadedVersions implements AutoCloseable {
  /**
   * A version and its module.
   *
   * @param version of the registry
   * @param module owned by the loaded versions
   */
  record Loaded(ModuleVersion version, StoredModule module) {}

  private final TextBase base;
  private final List<Loaded> all = new ArrayList<>();

  private LoadedVersions(TextBase base) {
    this.base = base;
  }

  /**
   * Loads versions.
   *
   * @param registry that they are in
   * @param versions at least one
   * @throws UserError when they sit on different bases, or one adds no low-rank update
   */
  static LoadedVersions open(Registry registry, List<ModuleVersion> versions) {
    LoadedVersions loaded = openAny(registry, versions);
    try {
      loaded.all.forEach(
          source -> source.module().requireLowRank(source.version().id().toString()));
      return loaded;
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  /** The same with modules of every method. */
  static LoadedVersions openAny(Registry registry, List<ModuleVersion> versions) {
    ModuleVersion first = versions.get(0);
    Set<String> digests = new LinkedHashSet<>();
    versions.forEach(version -> digests.add(version.origin().baseDigest()));
    Check.require(
        digests.size() == 1,
        "base of " + String.join(", ", versions.stream().map(one -> one.id().toString()).toList()),
        "the same",
        "the digests " + String.join(" and ", digests));
    // Before it is fetched, where its name alone says which one it is.
    String name = first.origin().baseName();
    Bases.publishedDigest(name).ifPresent(digest -> CheckedOut.requireBase(first, name, digest));
    TextBase base = TextBase.open(name, DType.F32, FetchListener.SILENT);
    LoadedVersions loaded = new LoadedVersions(base);
    try {
      versions.forEach(version -> loaded.load(registry, version));
      return loaded;
    } catch (RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  private void load(Registry registry, ModuleVersion version) {
    try (CheckedOut out = CheckedOut.of(registry, new ModuleReference.Numbered(version.id()))) {
      out.requireBase(base.name(), base.digest());
      all.add(new Loaded(version, StoredModule.open(out.folder(), base)));
    }
  }

  /** The modules in the order of the versions. */
  List<Loaded> all() {
    return all;
  }

  /** Writes a folder; says whether it names its base. */
  @FunctionalInterface
  interface FolderMaker {
    boolean write(Path folder);
  }

  /**
   * Puts a module that was made of others into the registry.
   *
   * @param registry where
   * @param name of the module
   * @param maker writes its folder
   * @param parents versions that it was made of
   * @param evaluation what was measured of it, or null
   * @return the version
   */
  ModuleVersion register(
      Registry registry,
      ModuleName name,
      FolderMaker maker,
      List<Parent> parents,
      @Nullable Evaluation evaluation) {
    Path folder = CheckedOut.temporary().resolve(name.fileName());
    try {
      boolean namesBase = maker.write(folder);
      BaseIdentity identity = namesBase ? null : new BaseIdentity(base.name(), base.digest());
      Registration registration = new Registration(registry);
      Addition addition = new Addition(parents, identity, "");
      return evaluation == null
          ? registration.add(folder, name, addition).version()
          : registration.add(folder, name, addition, evaluation);
    } finally {
      AtomicFiles.delete(Objects.requireNonNull(folder.getParent()));
    }
  }

  @Override
  public void close() {
    all.forEach(source -> source.module().close());
    base.close();
  }
}
