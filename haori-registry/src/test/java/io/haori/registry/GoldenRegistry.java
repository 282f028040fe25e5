package io.haori.registry;

import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.Place;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * Makes the golden file of the present version of the tables: {@code GoldenRegistry WORK OUT}. Run
 * it once when a version is released, name the file {@code registry-VERSION.zip}, and never again.
 */
final class GoldenRegistry {
  private Instant time = Instant.parse("2026-10-01T08:00:00Z");

  private GoldenRegistry() {}

  /** Where to work and the file to write. */
  public static void main(String[] arguments) {
    new GoldenRegistry().make(Path.of(arguments[0]), Path.of(arguments[1]));
  }

  private void make(Path work, Path out) {
    RegistryLocation location = RegistryLocation.ofFolder(work.resolve("registry"));
    Credentials admin = new Credentials("admin", null, null);
    try (Registry registry = Registry.create(location, admin, "admin", () -> time).registry()) {
      ModuleName food = new ModuleName("food");
      registry.access().give(new RoleGrant("anna", Role.AUTHOR, new NamePattern("foo*")));
      registry
          .lifeCycle()
          .setRule(
              new ApprovalRule(
                  new NamePattern("food*"), "noun.food", "test", "accuracy", 0.8, null));
      for (int i = 1; i <= 4; i++) {
        Path folder = AdapterFolders.write(work.resolve("adapter" + i), i);
        VersionId id = registry.modules().add(folder, food, Addition.plain()).version().id();
        if (i <= 2) {
          registry
              .lifeCycle()
              .evaluated(id, new Evaluation("noun.food", "test", "d2", Map.of("accuracy", 0.9)));
          registry.lifeCycle().approve(id, "good enough");
          time = time.plus(Duration.ofHours(1));
          registry.lifeCycle().goLive(id, Place.EVERYWHERE, "release");
        }
      }
      registry.lifeCycle().goLive(VersionId.of("food", 2), new Place("berlin"), "pilot");
      registry.lifeCycle().retire(VersionId.of("food", 3), "old");
      registry.upkeep().sweep(Duration.ZERO, false);
      registry.backup().write(out, bytes -> {});
    }
  }
}
