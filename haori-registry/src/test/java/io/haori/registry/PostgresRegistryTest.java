package io.haori.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.registry.access.Role;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.store.RegistryLocation;
import java.nio.file.Path;
import java.time.Duration;
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
  TestPlace newPlace(Path folder) {
    return new PostgresPlace(server, folder.resolve("blobs"));
  }

  private Registry with(String token) {
    Registry registry =
        Registry.open(place.location(), new Credentials("somebody", token, null), clock());
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
        () -> with(null), "token of " + place.location() + " must be in HAORI_TOKEN, got nothing");
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
            admin.upkeep().log(100).stream()
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
  void badDaysAndStrangersAreRefused() {
    refused(() -> admin.access().createToken("admin", 0), "--days must be in [1, 3650], got 0");
    refused(
        () -> admin.access().createToken("stranger", 1),
        "account must be one with a role, got stranger");
    refused(
        () -> admin.access().revokeToken("nothing"), "token must be the ID of one, got nothing");
  }

  @Test
  void blobsOfAnotherRegistryAreRefused() {
    Path other = temporary.resolve("other");
    new PostgresPlace(server, other);
    RegistryLocation mixed = RegistryLocation.parse(place.location().jdbcUrl(), other);

    refused(
        () -> Registry.open(mixed, place.credentials("admin"), clock()),
        "--blobs must be the folder of the blobs of " + mixed + ", got " + other);
  }
}
