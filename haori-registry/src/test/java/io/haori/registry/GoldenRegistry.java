package io.haori.registry;

import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.access.TokenSecret;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.Database;
import io.haori.registry.store.RegistryLocation;
import io.haori.registry.version.Parent;
import io.haori.registry.version.Relation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Makes the golden files of the present version of the tables, {@code registry-VERSION.zip} and
 * {@code registry-VERSION.token}: {@code GoldenRegistry WORK RESOURCES}. Run it once, before a
 * version is released, and never again: the files stay in the tests for ever.
 */
final class GoldenRegistry {
  private Instant time = Instant.parse("2026-10-01T08:00:00Z");

  private GoldenRegistry() {}

  /** Where to work and the folder of the golden files. */
  public static void main(String[] arguments) throws IOException {
    try (PostgresServer.Running server = new PostgresServer.Running()) {
      new GoldenRegistry().make(server.newDatabase(), Path.of(arguments[0]), Path.of(arguments[1]));
    }
  }

  private void make(String database, Path work, Path out) throws IOException {
    RegistryLocation location = RegistryLocation.parse(database, work.resolve("blobs"));
    Credentials nobody = new Credentials("nobody", null, null);
    Registry.Created created = Registry.create(location, nobody, "admin", () -> time);
    TokenSecret token = created.token();
    String name = "registry-" + Database.SCHEMA_VERSION;
    try (Registry registry = created.registry()) {
      fill(registry, work);
      registry.backup().write(out.resolve(name + ".zip"), bytes -> {});
    }
    Files.writeString(out.resolve(name + ".token"), (token == null ? "" : token.text()) + "\n");
  }

  /** Four versions of food, one in each state, and a mix of one of them. */
  private void fill(Registry registry, Path work) {
    ModuleName food = new ModuleName("food");
    registry.access().give(new RoleGrant("anna", Role.AUTHOR, new NamePattern("foo*")));
    registry.lifeCycle().setFourEyes(new NamePattern("plant*"), true);
    registry
        .lifeCycle()
        .setRule(
            new ApprovalRule(new NamePattern("food*"), "noun.food", "test", "accuracy", 0.8, null));
    for (int i = 1; i <= 4; i++) {
      Path folder = AdapterFolders.write(work.resolve("adapter" + i), i);
      VersionId id = registry.modules().add(folder, food, Addition.plain()).version().id();
      if (i <= 2) {
        registry
            .lifeCycle()
            .evaluated(id, new Evaluation("noun.food", "test", "d2", Map.of("accuracy", 0.9)));
        registry.lifeCycle().approve(id, "good enough");
        time = time.plus(Duration.ofHours(1));
        registry.lifeCycle().goLive(id, LiveTarget.EVERYWHERE, "release");
      }
    }
    registry.lifeCycle().goLive(VersionId.of("food", 2), new LiveTarget("berlin"), "pilot");
    registry.lifeCycle().retire(VersionId.of("food", 3), "old");
    registry.maintenance().sweep(Duration.ZERO, false);
    registry
        .modules()
        .add(
            AdapterFolders.write(work.resolve("adapter5"), 5),
            new ModuleName("menu"),
            Addition.of(List.of(new Parent(VersionId.of("food", 2), Relation.MIX))));
  }
}
