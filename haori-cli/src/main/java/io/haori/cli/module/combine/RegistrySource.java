package io.haori.cli.module.combine;

import io.haori.cli.registry.CheckedOut;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import java.util.List;

/**
 * Versions of a registry.
 *
 * @param registry stays open as long as this
 */
record RegistrySource(Registry registry) implements ModuleSource {
  @Override
  public VersionId resolve(ModuleReference reference) {
    return registry.modules().resolve(reference);
  }

  @Override
  public List<VersionId> members(VersionId made) {
    return registry.combinations().members(made);
  }

  @Override
  public CheckedOut open(VersionId id) {
    return CheckedOut.of(registry, new ModuleReference.Numbered(id));
  }
}
