package io.haori.registry;

import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.access.TokenSecret;
import io.haori.registry.combination.CombinationRule;
import io.haori.registry.combination.MeasuredMember;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.Database;
import io.haori.registry.store.RegistryLocation;
import io.haori.registry.trial.TrialKind;
import io.haori.registry.trial.TrialRule;
import io.haori.registry.version.Parent;
import io.haori.registry.version.Relation;
import io.haori.registry.watch.DriftReference;
import io.haori.registry.watch.ServedAnswer;
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
    watched(registry);
  }

  /** What the tables of version 5 brought. */
  private static void watched(Registry registry) {
    VersionId second = VersionId.of("food", 2);
    registry
        .watch()
        .setReference(second, new DriftReference("noun.food", "test", "d2", "{\"rows\":40}"));
    registry
        .trials()
        .start(
            VersionId.of("food", 1),
            LiveTarget.EVERYWHERE,
            TrialKind.SHARE,
            0.2,
            TrialRule.STOP,
            "smaller");
    registry.trials().setLiveRule(new NamePattern("food*"), 0.7);
    registry
        .combinations()
        .setRule(new CombinationRule(new NamePattern("food*"), "accuracy", 0.01));
    registry
        .combinations()
        .record(
            "menu@1",
            new ModuleName("menu"),
            List.of(
                new MeasuredMember(second, "noun.food", "test", "d2", "accuracy", 0.9, 0.88, 50)));
    ServedAnswer answer =
        new ServedAnswer(
            "request",
            Instant.parse("2026-10-01T12:00:00Z"),
            "anna",
            second,
            "",
            0,
            "",
            List.of("soup"),
            List.of());
    registry.watch().addFeedback(answer, 0, "soup", "anna");
    scored(registry, second);
  }

  /** What the tables of version 6 brought. */
  private static void scored(Registry registry, VersionId id) {
    ServedAnswer answer =
        new ServedAnswer(
            "scored",
            Instant.parse("2026-10-01T13:00:00Z"),
            "anna",
            id,
            "",
            0,
            "",
            List.of("anomalous"),
            List.of(),
            List.of(1.5));
    registry.watch().addFeedback(answer, 0, "good", "anna");
  }
}
