package io.haori.registry;

import io.haori.check.UserError;
import io.haori.registry.access.AccessTable;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.access.TokenSecret;
import io.haori.registry.access.TokenTable;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.audit.AuditLog;
import io.haori.registry.ledger.Intent;
import io.haori.registry.ledger.Ledger;
import io.haori.registry.lifecycle.LifeCycle;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.PlainText;
import io.haori.registry.store.BlobOwner;
import io.haori.registry.store.BlobStore;
import io.haori.registry.store.Database;
import io.haori.registry.store.RegistryLocation;
import io.haori.registry.transfer.Backup;
import io.haori.registry.transfer.RegistryImport;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A registry, opened by one person.
 *
 * <pre>{@code
 * try (Registry registry = Registry.openOrCreate(location, credentials, clock)) {
 *   registry.modules().add(folder, new ModuleName("food"), Addition.plain());
 * }
 * }</pre>
 */
public final class Registry implements AutoCloseable {
  private final Ledger ledger;
  private final BlobStore blobs;
  private final SecureRandom random;

  private Registry(Ledger ledger, BlobStore blobs, SecureRandom random) {
    this.ledger = ledger;
    this.blobs = blobs;
    this.random = random;
  }

  /**
   * A registry that was just made.
   *
   * @param registry open
   * @param token of its first admin, which can be shown now and never again; null for a folder
   */
  public record Created(Registry registry, @Nullable TokenSecret token) {}

  /**
   * Opens a registry.
   *
   * @param location where it is
   * @param credentials who comes
   * @param clock tells when something happens
   * @throws UserError when there is none, or the person is not known
   */
  public static Registry open(
      RegistryLocation location, Credentials credentials, InstantSource clock) {
    Database database = Database.open(location, credentials.databasePassword(), false);
    return opened(database, credentials, clock);
  }

  /**
   * Opens a registry, and makes it first where it is a folder without one.
   *
   * @param location where it is
   * @param credentials who comes, and is the admin of a new one
   * @param clock tells when something happens
   */
  public static Registry openOrCreate(
      RegistryLocation location, Credentials credentials, InstantSource clock) {
    if (location.isPostgres()) {
      return open(location, credentials, clock);
    }
    Database database = Database.open(location, credentials.databasePassword(), true);
    try {
      createIfAbsent(database, credentials.user(), clock, new SecureRandom());
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
    return opened(database, credentials, clock);
  }

  /**
   * Makes a registry.
   *
   * @param location where it shall be
   * @param credentials of the database
   * @param admin who may do everything with it
   * @param clock tells when it is made
   * @throws UserError when one is there already
   */
  public static Created create(
      RegistryLocation location, Credentials credentials, String admin, InstantSource clock) {
    PlainText.check("account", admin);
    Database database = Database.open(location, credentials.databasePassword(), true);
    try {
      SecureRandom random = new SecureRandom();
      Optional<Optional<TokenSecret>> made = createIfAbsent(database, admin, clock, random);
      if (made.isEmpty()) {
        throw new UserError(location + ": a registry is there already");
      }
      Ledger ledger = new Ledger(database, clock, admin);
      return new Created(
          new Registry(ledger, new BlobStore(location.blobs()), random), made.get().orElse(null));
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** Nothing when it was there; otherwise the token of its admin, where it goes by tokens. */
  private static Optional<Optional<TokenSecret>> createIfAbsent(
      Database database, String admin, InstantSource clock, SecureRandom random) {
    if (database.read(Registry::identity).isPresent()) {
      return Optional.empty();
    }
    RegistryLocation location = database.location();
    Ledger ledger = new Ledger(database, clock, admin);
    return database.write(
        handle -> {
          if (identity(handle).isPresent()) {
            return Optional.<Optional<TokenSecret>>empty();
          }
          String identity = UUID.randomUUID().toString();
          // Before the row: a row without its file would be a registry that cannot be opened.
          BlobOwner.write(location.blobs(), identity);
          handle.execute(
              "INSERT INTO registry (id, identity, created, entries, last_hash)"
                  + " VALUES (1, ?, ?, 0, ?)",
              identity,
              ledger.now().toEpochMilli(),
              AuditEntry.NOTHING);
          AccessTable.give(handle, new RoleGrant(admin, Role.ADMIN, NamePattern.ALL), ledger.now());
          AuditLog.append(
              handle,
              ledger.now(),
              admin,
              "init",
              "",
              0,
              AuditEntry.DONE,
              "{\"identity\":\"" + identity + "\"}");
          return Optional.of(
              location.isPostgres()
                  ? Optional.of(TokenTable.create(handle, random, admin, ledger.now(), null))
                  : Optional.<TokenSecret>empty());
        });
  }

  private static Optional<String> identity(Handle handle) {
    return handle
        .createQuery("SELECT identity FROM registry WHERE id = 1")
        .mapTo(String.class)
        .findOne();
  }

  private static Registry opened(Database database, Credentials credentials, InstantSource clock) {
    try {
      RegistryLocation location = database.location();
      String identity =
          database
              .read(Registry::identity)
              .orElseThrow(
                  () ->
                      new UserError(
                          location + ": no registry is there; haori module init makes one"));
      BlobOwner.require(location, identity);
      String actor =
          location.isPostgres() ? authenticated(database, credentials, clock) : credentials.user();
      return new Registry(
          new Ledger(database, clock, actor), new BlobStore(location.blobs()), new SecureRandom());
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static String authenticated(
      Database database, Credentials credentials, InstantSource clock) {
    Ledger nobody = new Ledger(database, clock, "?");
    try {
      String token = credentials.token();
      if (token == null || token.isBlank()) {
        throw new UserError(
            "token of " + database.location() + " must be in HAORI_TOKEN, got nothing");
      }
      return database.read(handle -> TokenTable.authenticate(handle, token, nobody.now()));
    } catch (UserError e) {
      nobody.logRefusal(Intent.ofRegistry("open", Role.VIEWER), e);
      throw e;
    }
  }

  /** Who opened it. */
  public String actor() {
    return ledger.actor();
  }

  /** Where it is. */
  public RegistryLocation location() {
    return ledger.database().location();
  }

  /** The versions. */
  public ModuleShelf modules() {
    return new ModuleShelf(ledger, blobs);
  }

  /** What becomes of them. */
  public LifeCycle lifeCycle() {
    return new LifeCycle(ledger);
  }

  /** Who may do what. */
  public AccessDesk access() {
    return new AccessDesk(ledger, random);
  }

  /** Checks, deletion, and the log. */
  public Upkeep upkeep() {
    return new Upkeep(ledger, blobs);
  }

  /** Writes all of it into a file. */
  public Backup backup() {
    return new Backup(ledger, blobs);
  }

  /**
   * Takes modules of another registry in.
   *
   * @param source stays as it is
   */
  public RegistryImport importFrom(Registry source) {
    return new RegistryImport(source.ledger, source.blobs, ledger, blobs);
  }

  @Override
  public void close() {
    ledger.database().close();
  }
}
