package io.haori.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.digest.Sha256;
import io.haori.registry.access.Role;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.store.RegistryLocation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract, with rows in PostgreSQL, and what is so of a database alone. */
@ExtendWith(PostgresServer.class)
@TestInstance(TestInstance.Lifecycle.PER_METHOD)
final class PostgresRegistryTest extends RegistryContract {
  private final PostgresServer.Running server;

  PostgresRegistryTest(PostgresServer.Running server) {
    this.server = server;
  }

  @Override
  TestDatabase newDatabase(Path folder) {
    return new PostgresDatabase(server, folder.resolve("blobs"));
  }

  private Registry with(String token) {
    Registry registry =
        Registry.open(database.location(), new Credentials("somebody", token, null), clock());
    registry.close();
    return registry;
  }

  @Test
  void aTokenSaysWhoComes() {
    give("anna", Role.VIEWER, "*");
    String token = admin.access().createToken("anna", 30).text();

    assertThat(with(token).actor()).isEqualTo("anna");
    assertThat(token).matches("haori_[a-z0-9]{10}_[A-Za-z0-9_-]{43}");
  }

  @Test
  void wrongExpiredAndRevokedTokensAreRefusedAndLogged() {
    give("anna", Role.VIEWER, "*");
    var first = admin.access().createToken("anna", 30);
    var second = admin.access().createToken("anna", 30);
    admin.access().revokeToken(second.id());
    String wrong = "haori_" + first.id() + "_" + second.secret();

    refused(
        () -> with(null),
        "token of " + database.location() + " must be in HAORI_TOKEN, got nothing");
    refused(() -> with("secret"), "token must be of the form haori_ID_SECRET, got another text");
    refused(
        () -> with(wrong),
        "token must be one that this registry gave, got haori_" + first.id() + "_…");
    refused(
        () -> with("haori_aaaaaaaaaa_" + first.secret()),
        "token must be one that this registry gave, got haori_aaaaaaaaaa_…");
    refused(
        () -> with(second.text()), "token haori_" + second.id() + "_… was revoked on 2026-10-01");
    waitFor(Duration.ofDays(30));
    refused(() -> with(first.text()), "token haori_" + first.id() + "_… expired on 2026-10-31");
    assertThat(
            admin.maintenance().log(100).stream()
                .filter(entry -> entry.outcome().equals(AuditEntry.REFUSED)))
        .hasSize(6)
        .allMatch(entry -> entry.actor().equals("?") && entry.action().equals("open"))
        .noneMatch(entry -> entry.details().contains(first.secret()))
        .noneMatch(entry -> entry.details().contains(second.secret()));
    isSound();
  }

  @Test
  void onlyHashesOfTokensAreStored() {
    give("anna", Role.VIEWER, "*");
    var token = admin.access().createToken("anna", null);

    assertThat(admin.access().tokens())
        .filteredOn(one -> one.account().equals("anna"))
        .singleElement()
        .satisfies(one -> assertThat(one.id()).isEqualTo(token.id()))
        .satisfies(one -> assertThat(one.expires()).isNull());
    assertThat(token.toString()).isEqualTo("haori_" + token.id() + "_…");
  }

  @Test
  void oneOpenedRegistryKnowsEachActorByTheirToken() {
    give("anna", Role.AUTHOR, "food*");
    var token = admin.access().createToken("anna", 30);
    Registry anna = admin.as(new Credentials("nobody", token.text(), null));

    assertThat(anna.actor()).isEqualTo("anna");
    assertThat(anna.modules().add(folder(1), FOOD, Addition.plain()).version().author())
        .isEqualTo("anna");
    admin.access().revokeToken(token.id());
    refused(
        () -> admin.as(new Credentials("nobody", token.text(), null)),
        "token haori_" + token.id() + "_… was revoked on 2026-10-01");
    assertThat(lastEntry().actor()).isEqualTo("?");
    assertThat(admin.access().issuedTokens())
        .filteredOn(one -> one.token().id().equals(token.id()))
        .singleElement()
        .satisfies(one -> assertThat(one.by()).isEqualTo("admin"))
        .satisfies(one -> assertThat(one.revokedBy()).isEqualTo("admin"));
    isSound();
  }

  @Test
  void aTokenIsStoredAsItsSha256() {
    var token = admin.access().createToken("admin", null);
    String row = " FROM access_token WHERE id = '" + token.id() + "'";

    assertThat(RawRows.ask(database.location(), "SELECT scheme" + row)).isEqualTo("sha256");
    assertThat(RawRows.ask(database.location(), "SELECT hash" + row))
        .isEqualTo(Sha256.of(token.secret()));
    assertThat(admin.maintenance().log(1).get(0).details()).contains(token.id());
  }

  @Test
  void closingClosesEveryConnectionAndViewsAddNone() {
    String mine =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'haori'"
            + " AND datname = current_database()";
    for (int i = 0; i < 50; i++) {
      admin.as("admin").modules().list();
    }
    // One that is used and, at most, one that is ready for the next.
    assertThat(RawRows.ask(database.location(), mine)).isIn("1", "2");

    admin.close();

    // The server hears of it a moment later.
    await(() -> RawRows.ask(database.location(), mine).equals("0"));
  }

  private static void await(BooleanSupplier condition) {
    for (int i = 0; i < 1_000 && !condition.getAsBoolean(); i++) {
      LockSupport.parkNanos(10_000_000);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void badDaysAndStrangersAreRefused() {
    refused(() -> admin.access().createToken("admin", 0), "days must be in [1, 3650], got 0");
    refused(
        () -> admin.access().createToken("stranger", 1),
        "No account named stranger in this registry; haori module grant gives it a role");
    refused(() -> admin.access().revokeToken("none"), "No token with the ID none in this registry");
  }

  @Test
  void blobsOfAnotherRegistryAreRefused() {
    Path other = temporary.resolve("other");
    new PostgresDatabase(server, other);
    RegistryLocation mixed = RegistryLocation.parse(database.location().jdbcUrl(), other);

    refused(
        () -> Registry.open(mixed, database.credentials("admin"), clock()),
        "blobs must be the folder of the blobs of " + mixed + ", got " + other);
  }
}
