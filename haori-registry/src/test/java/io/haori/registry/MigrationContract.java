package io.haori.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.registry.access.GrantedRole;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.lifecycle.AliasMove;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.Database;
import io.haori.registry.store.RegistryLocation;
import io.haori.registry.transfer.Restoration;
import io.haori.registry.version.Parent;
import io.haori.registry.version.Relation;
import io.haori.registry.version.State;
import io.haori.registry.watch.ScoredFeedback;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Registries of every version of the tables, older and newer than this one. The golden file of a
 * version is restored into tables of that very version, which are then opened as a user opens them:
 * {@link GoldenRegistry} made it.
 */
abstract class MigrationContract extends RegistryFixture {
  /** Where another registry can be made. */
  abstract RegistryLocation newLocation(Path folder);

  /** Who opens the golden registry. */
  abstract Credentials golden(String token);

  /** Most tests restore the registry that they open. */
  @Override
  void open() {}

  static IntStream versions() {
    return IntStream.rangeClosed(1, Database.SCHEMA_VERSION);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = MigrationContract.class.getResourceAsStream(name)) {
      assertThat(in).as("a golden file for each version of the tables: %s", name).isNotNull();
      return in.readAllBytes();
    }
  }

  RegistryLocation restored(int version) throws IOException {
    Path file = temporary.resolve("registry.zip");
    Files.write(file, resource("registry-" + version + ".zip"));
    RegistryLocation location = newLocation(temporary.resolve("old"));
    new Restoration(file).restore(location, null, bytes -> {});
    return location;
  }

  Registry opened(int version, RegistryLocation location) throws IOException {
    byte[] token = resource("registry-" + version + ".token");
    Credentials credentials = golden(new String(token, StandardCharsets.UTF_8).strip());
    Registry registry = Registry.open(location, credentials, clock());
    keep(registry);
    return registry;
  }

  @ParameterizedTest
  @MethodSource("versions")
  void allIsFoundInARegistryOfAnyVersion(int version) throws IOException {
    Registry registry = opened(version, restored(version));

    assertThat(registry.actor()).isEqualTo("admin");
    assertThat(registry.maintenance().verify(bytes -> {}).firstBreak()).isEmpty();
    assertThat(registry.modules().versions(FOOD))
        .extracting(view -> view.status().state())
        .containsExactly(State.APPROVED, State.LIVE, State.RETIRED, State.DRAFT);
    VersionView second = registry.modules().show(ModuleReference.parse("food@2"));
    assertThat(second.live()).containsExactly(LiveTarget.EVERYWHERE, BERLIN);
    assertThat(second.children()).containsExactly(VersionId.of("menu", 1));
    assertThat(second.version().author()).isEqualTo("admin");
    assertThat(second.version().origin().seed()).isEqualTo(42);
    assertThat(second.version().origin().data()).containsEntry("train", "d1");
    assertThat(registry.modules().show(ModuleReference.parse("menu")).version().parents())
        .containsExactly(new Parent(VersionId.of("food", 2), Relation.MIX));
    assertThat(registry.modules().show(ModuleReference.parse("food@3")).status().purged()).isTrue();
    assertThat(registry.lifeCycle().liveAt(MORNING.plus(Duration.ofMinutes(90))))
        .extracting(AliasMove::version)
        .containsExactly(1);
    assertThat(registry.lifeCycle().evaluations(VersionId.of("food", 1)))
        .extracting(one -> one.evaluation().scores().get("accuracy"))
        .containsExactly(0.9);
    assertThat(registry.lifeCycle().rules())
        .extracting(rule -> rule.pattern() + " " + rule.atLeast())
        .containsExactly("food* 0.8");
    assertThat(registry.lifeCycle().fourEyes()).containsExactly(new NamePattern("plant*"));
    assertThat(registry.access().roles())
        .containsExactly(
            new RoleGrant("admin", Role.ADMIN, NamePattern.ALL),
            new RoleGrant("anna", Role.AUTHOR, new NamePattern("foo*")));
    assertThat(registry.access().grantedRoles())
        .extracting(GrantedRole::by)
        .containsExactly("admin", "admin");
    boolean watched = version >= 5;
    assertThat(registry.watch().reference(VersionId.of("food", 2)).isPresent()).isEqualTo(watched);
    boolean scored = version >= 6;
    assertThat(registry.watch().feedbackAfter(0, 9)).hasSize(scored ? 2 : watched ? 1 : 0);
    assertThat(registry.watch().scored(VersionId.of("food", 2), 9))
        .isEqualTo(scored ? List.of(new ScoredFeedback(1.5, "anomalous", "good")) : List.of());
    assertThat(registry.trials().all()).hasSize(watched ? 1 : 0);
    assertThat(registry.trials().liveRules()).hasSize(watched ? 1 : 0);
    assertThat(registry.combinations().rules()).hasSize(watched ? 1 : 0);
    assertThat(registry.combinations().evidence("menu@1", new ModuleName("menu")))
        .hasSize(watched ? 1 : 0);
    Path out = temporary.resolve("out");
    registry.modules().checkOut(ModuleReference.parse("food@live/berlin"), out);
    assertThat(out.resolve("adapter_model.safetensors"))
        .hasSameBinaryContentAs(folder(2).resolve("adapter_model.safetensors"));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void lifeGoesOnInARegistryOfAnyVersion(int version) throws IOException {
    RegistryLocation location = restored(version);
    Registry registry = opened(version, location);
    waitFor(Duration.ofDays(30));

    VersionId fresh = registry.modules().add(folder(9), FOOD, Addition.plain()).version().id();
    registry.lifeCycle().evaluated(fresh, accuracy(0.95));
    registry.lifeCycle().approve(fresh, "better");
    registry.lifeCycle().goLive(fresh, LiveTarget.EVERYWHERE, "release");

    assertThat(fresh).hasToString("food@5");
    assertThat(registry.lifeCycle().rollback(FOOD, LiveTarget.EVERYWHERE, "no"))
        .hasToString("food@2");
    assertThat(registry.lifeCycle().rollback(FOOD, LiveTarget.EVERYWHERE, "no"))
        .hasToString("food@1");
    refused(
        () -> registry.lifeCycle().retire(VersionId.of("food", 2), "old"),
        "food@2 must be free of what depends on it, got live/berlin, the mix menu@1");
    assertThat(registry.modules().list())
        .extracting(one -> one.newest().name())
        .containsExactly(FOOD, new ModuleName("menu"));
    // What later versions of the tables brought is there.
    assertThatThrownBy(() -> RawRows.execute(location, "DELETE FROM audit"))
        .hasMessageContaining("is append-only");
    assertThat(registry.maintenance().verify(bytes -> {}).firstBreak()).isEmpty();
  }

  @Test
  void aRegistryOfANewerVersionIsRefusedAndNothingIsLost() {
    super.open();
    live(1);
    RawRows.execute(
        database.location(),
        "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
            + " checksum, installed_by, execution_time, success)"
            + " VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 0, 'somebody', 1, TRUE)");

    refused(
        () -> database.open("admin", clock()),
        database.location()
            + ": version of the tables must be at most "
            + Database.SCHEMA_VERSION
            + ", got 99 (made by a newer Haori)");

    RawRows.execute(database.location(), "DELETE FROM flyway_schema_history WHERE version = '99'");
    Registry again = as("admin");
    assertThat(again.maintenance().verify(bytes -> {}).firstBreak()).isEmpty();
    assertThat(again.modules().resolve(ModuleReference.parse("food@live"))).hasToString("food@1");
  }
}
