package io.haori.cli.mix;

import static io.haori.core.check.Check.require;

import io.haori.adapter.mixfile.MixFolder;
import io.haori.cli.registry.CheckedOut;
import io.haori.cli.registry.RegistryAddress;
import io.haori.cli.session.CommandContext;
import io.haori.core.files.AdapterFiles;
import io.haori.inference.folder.AdapterFolder;
import io.haori.inference.task.spi.DomainLabels;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.Parent;
import io.haori.registry.version.Relation;
import io.haori.training.pretrain.ModuleFolder;
import io.haori.training.task.StoredStart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The modules of a mix in their order: folders, or versions of a registry that are written out for
 * this run. Closing removes what was written out.
 */
final class MixModules implements AutoCloseable {
  private final List<CheckedOut> all = new ArrayList<>();

  private MixModules() {}

  /**
   * Finds modules.
   *
   * @param texts as the user gave them
   * @param address the registry that is meant
   * @param context what the command runs in
   * @throws io.haori.core.check.UserError when a folder or version is missing, or two are called
   *     the same
   */
  static MixModules open(List<String> texts, RegistryAddress address, CommandContext context) {
    require(!texts.isEmpty(), "--modules", "one folder at least", "none");
    MixModules modules = new MixModules();
    try {
      Set<String> names = new HashSet<>();
      for (String text : texts) {
        CheckedOut one = CheckedOut.of(text, address, context);
        modules.all.add(one);
        require(Files.isDirectory(one.folder()), "--modules", "folders of modules", text);
        MixFolder.requireMixable(one.folder());
        String name = String.valueOf(one.folder().toAbsolutePath().normalize().getFileName());
        require(names.add(name), "--modules", "of different names", name + " twice");
      }
      return modules;
    } catch (RuntimeException e) {
      modules.close();
      throw e;
    }
  }

  /** Their folders. */
  List<Path> folders() {
    return all.stream().map(CheckedOut::folder).toList();
  }

  /** How many there are. */
  int size() {
    return all.size();
  }

  /** Those of a registry as what a mix is made of. */
  List<Parent> parents() {
    List<Parent> parents = new ArrayList<>();
    for (CheckedOut one : all) {
      ModuleVersion version = one.version();
      if (version != null) {
        parents.add(new Parent(version.id(), Relation.MIX));
      }
    }
    return parents;
  }

  /**
   * The same of some of the modules.
   *
   * @param names of their folders
   */
  List<Parent> parents(List<String> names) {
    List<Parent> parents = new ArrayList<>();
    for (CheckedOut one : all) {
      ModuleVersion version = one.version();
      if (version != null && names.contains(String.valueOf(one.folder().getFileName()))) {
        parents.add(new Parent(version.id(), Relation.MIX));
      }
    }
    return parents;
  }

  /**
   * Refuses a base that a module does not belong to.
   *
   * @param name of the base
   * @param digest SHA-256 of its weights
   */
  void requireBase(String name, String digest) {
    for (CheckedOut one : all) {
      one.requireBase(name, digest);
      ModuleFolder.requireBase(one.folder(), name, digest);
    }
  }

  /**
   * Modules with a head that knows a label, as sentences name them.
   *
   * @param labels of the rows
   */
  List<String> knowing(DomainLabels labels) {
    return all.stream().filter(one -> knows(one.folder(), labels)).map(CheckedOut::shown).toList();
  }

  private static boolean knows(Path folder, DomainLabels labels) {
    return Files.exists(folder.resolve(AdapterFiles.HAORI))
        && AdapterFolder.hasHead(folder)
        && StoredStart.sharedLabels(AdapterFolder.describe(folder).labels(), labels) > 0;
  }

  /** The name of the base that the first module was made on; empty where it does not say so. */
  Optional<String> baseName() {
    return all.stream().findFirst().flatMap(one -> ModuleFolder.baseName(one.folder()));
  }

  /**
   * A module as a recipe names it: a version by its number, whatever alias it was found by.
   *
   * @param index of the module
   * @param recipe the file that will name it
   */
  String forRecipe(int index, Path recipe) {
    CheckedOut one = all.get(index);
    return one.version() == null ? MixRecipe.relative(recipe, one.folder()) : one.shown();
  }

  @Override
  public void close() {
    all.forEach(CheckedOut::close);
  }
}
