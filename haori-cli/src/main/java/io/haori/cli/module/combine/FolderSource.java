package io.haori.cli.module.combine;

import static io.haori.core.check.Check.require;

import io.haori.cli.registry.CheckedOut;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Versions that were written out, each into a folder that is called as the version.
 *
 * @param from holds the folders
 * @param names of the members of what is measured, when it was made of others
 */
record FolderSource(Path from, List<String> names) implements ModuleSource {
  @Override
  public VersionId resolve(ModuleReference reference) {
    require(
        reference instanceof ModuleReference.Numbered,
        "MODULES",
        "versions such as food@3 with --from",
        reference);
    VersionId id = ((ModuleReference.Numbered) reference).id();
    require(Files.isDirectory(folder(id)), "--from", "a folder with " + id, from);
    return id;
  }

  @Override
  public List<VersionId> members(VersionId made) {
    return names.stream().map(ModuleReference::parseVersion).toList();
  }

  @Override
  public CheckedOut open(VersionId id) {
    return new CheckedOut(folder(id), null);
  }

  private Path folder(VersionId id) {
    return from.resolve(id.toString());
  }
}
