package io.haori.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.Place;
import io.haori.registry.store.Database;
import io.haori.registry.store.RegistryLocation;
import io.haori.registry.transfer.Restoration;
import io.haori.registry.version.State;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Registries of all versions of the tables that were ever released. Each has a golden file in
 * {@code golden/}, a backup that was made by that version; a new version adds one and changes none.
 */
abstract class MigrationContract extends RegistryFixture {
  /** Of the admin of the golden registries; it opens nothing else. */
  private static final String TOKEN =
      "haori_goldenback_c2VjcmV0LW9mLXRoZS1nb2xkZW4tcmVnaXN0cnktMDA";

  /** Where another registry can be made. */
  abstract RegistryLocation newLocation(Path folder);

  static IntStream versions() {
    return IntStream.rangeClosed(1, Database.SCHEMA_VERSION);
  }

  private Path golden(int version) throws IOException {
    Path file = temporary.resolve("golden.zip");
    try (InputStream in =
        MigrationContract.class.getResourceAsStream("/golden/registry-" + version + ".zip")) {
      assertThat(in).as("golden file of version %d", version).isNotNull();
      Files.copy(in, file);
    }
    return file;
  }

  @ParameterizedTest
  @MethodSource("versions")
  void aRegistryOfEachReleasedVersionIsBroughtUpToDate(int version) throws Exception {
    RegistryLocation location = newLocation(temporary.resolve("old"));
    new Restoration(golden(version)).restore(location, null, bytes -> {});
    assertThat(schema(location)).isEqualTo(version);

    try (Registry registry =
        Registry.open(location, new Credentials("admin", TOKEN, null), clock())) {
      assertThat(schema(location)).isEqualTo(Database.SCHEMA_VERSION);
      assertThat(registry.upkeep().verify(bytes -> {}).firstBreak()).isEmpty();
      assertThat(registry.modules().versions(FOOD))
          .extracting(view -> view.standing().state())
          .containsExactly(State.APPROVED, State.LIVE, State.RETIRED, State.DRAFT);
      assertThat(registry.modules().resolve(ModuleReference.parse("food@live/berlin")))
          .hasToString("food@2");
      assertThat(registry.lifeCycle().liveAt(Instant.parse("2026-10-01T09:30:00Z")))
          .extracting(move -> move.version())
          .containsExactly(1);
      assertThat(registry.access().roles()).hasSize(2);
      registry.modules().checkOut(ModuleReference.parse("food@live"), temporary.resolve("out"));
      assertThat(registry.lifeCycle().rollback(FOOD, Place.EVERYWHERE, "x")).hasToString("food@1");
      registry.modules().add(folder(9), FOOD, Addition.plain());
      assertThat(registry.upkeep().verify(bytes -> {}).firstBreak()).isEmpty();
    }
  }

  private static int schema(RegistryLocation location) throws SQLException {
    try (Connection connection = DriverManager.getConnection(location.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT MAX(CAST(version AS INTEGER)) FROM flyway_schema_history")) {
      row.next();
      return row.getInt(1);
    }
  }

  @Test
  void aRegistryOfANewerVersionIsRefused() {
    int newer = Database.SCHEMA_VERSION + 1;
    RawRows.execute(
        place.location(),
        "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script,"
            + " installed_by, execution_time, success) VALUES (99, '"
            + newer
            + "', 'x', 'SQL', 'x', 'x', 1, '1')");

    refused(
        () -> place.open("admin", clock()),
        place.location()
            + ": version of the tables must be at most "
            + Database.SCHEMA_VERSION
            + ", got "
            + newer
            + " (made by a newer Haori)");
  }
}
