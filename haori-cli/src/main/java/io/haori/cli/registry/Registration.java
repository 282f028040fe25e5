package io.haori.cli.registry;

import io.haori.adapter.mixfile.MixFolder;
import io.haori.adapter.peft.PeftFolder;
import io.haori.core.files.AtomicFiles;
import io.haori.core.files.FolderWalk;
import io.haori.registry.Added;
import io.haori.registry.Addition;
import io.haori.registry.Registry;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.FolderContent;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.registry.version.Relation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Puts a folder that was just made into a registry, a mix with its modules. */
public final class Registration {
  private final Registry registry;

  /** Into an open registry. */
  public Registration(Registry registry) {
    this.registry = registry;
  }

  /**
   * Adds a folder.
   *
   * @param folder an adapter, a mix or a module; not changed
   * @param name of the module
   * @param addition what else is known; versions that a mix holds are found by their files and need
   *     not be named
   */
  public Added add(Path folder, ModuleName name, Addition addition) {
    if (!MixFolder.standsIn(folder)) {
      return registry.modules().add(folder, name, addition);
    }
    registry.modules().requireMayAdd(name);
    List<Parent> parents = new ArrayList<>(addition.parents());
    String base = FolderContent.read(folder, addition.base()).origin().baseDigest();
    for (Path module : MixFolder.modules(folder).values()) {
      List<VersionId> holding = holding(module, base);
      boolean known = parents.stream().anyMatch(parent -> holding.contains(parent.id()));
      if (!known && !holding.isEmpty()) {
        parents.add(new Parent(holding.get(0), Relation.MIX));
      }
    }
    Path copy = CheckedOut.temporary().resolve(name.fileName());
    try {
      copy(folder, copy);
      MixFolder.takeIn(copy);
      return registry
          .modules()
          .add(copy, name, new Addition(parents, addition.base(), addition.note()));
    } finally {
      AtomicFiles.delete(Objects.requireNonNull(copy.getParent()));
    }
  }

  private List<VersionId> holding(Path module, String base) {
    boolean sparse = Files.exists(module.resolve(PeftFolder.SPARSE));
    String tensors = sparse ? PeftFolder.SPARSE : PeftFolder.TENSORS;
    return registry
        .modules()
        .holding(
            Map.of(
                PeftFolder.CONFIG,
                module.resolve(PeftFolder.CONFIG),
                tensors,
                module.resolve(tensors)),
            base);
  }

  private static void copy(Path folder, Path copy) {
    AtomicFiles.writeFolder(
        copy,
        target -> {
          for (Path one : FolderWalk.files(folder)) {
            copyOne(one, target.resolve(folder.relativize(one).toString()));
          }
        });
  }

  private static void copyOne(Path from, Path to) throws IOException {
    Files.createDirectories(Objects.requireNonNull(to.getParent()));
    Files.copy(from, to);
  }

  /**
   * Adds a folder whose scores were measured just now.
   *
   * @param folder as in {@link #add(Path, ModuleName, Addition)}
   * @param name of the module
   * @param addition what else is known
   * @param evaluation what was measured; recorded unless the version had been there before
   * @return the version
   */
  public ModuleVersion add(Path folder, ModuleName name, Addition addition, Evaluation evaluation) {
    Added added = add(folder, name, addition);
    if (added.isNew()) {
      registry.lifeCycle().evaluated(added.version().id(), evaluation);
    }
    return added.version();
  }
}
