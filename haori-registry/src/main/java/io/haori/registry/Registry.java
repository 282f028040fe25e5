package io.haori.registry;

import io.haori.core.check.UserError;
import io.haori.registry.access.AccessTable;
import io.haori.registry.access.Role;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.access.TokenSecret;
import io.haori.registry.access.TokenTable;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.audit.AuditLog;
import io.haori.registry.combination.Combinations;
import io.haori.registry.ledger.Intent;
import io.haori.registry.ledger.Ledger;
import io.haori.registry.lifecycle.LifeCycle;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.PlainText;
import io.haori.registry.proof.ProofRecords;
import io.haori.registry.store.BlobOwner;
import io.haori.registry.store.BlobStore;
import io.haori.registry.store.Database;
import io.haori.registry.store.Json;
import io.haori.registry.store.RegistryLocation;
import io.haori.registry.transfer.Backup;
import io.haori.registry.transfer.RegistryImport;
import io.haori.registry.trial.Trials;
import io.haori.registry.watch.WatchRecords;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * A registry as one person sees it: their roles decide, and the log names them.
 *
 * <pre>{@code
 * try (Registry registry = Registry.openOrCreate(location, credentials, clock)) {
 *   registry.modules().add(folder, new ModuleName("food"), Addition.plain());
 * }
 * }</pre>
 *
 * <p>One that was opened serves many people, for example those who come to a server: {@link
 * #as(Credentials)} and {@link #as(String)} give views of it for others, which cost nothing and
 * share its connections. The registry, its views and all that they lead to may be used by any
 * number of threads at once. Closing the one that was opened closes its connections; closing a view
 * does nothing.
 */
public final class Registry implements AutoCloseable {
  private final Ledger ledger;
  private final BlobStore blobs;
  private final SecureRandom random;

  /** Whether this is the one that was opened, which owns the connections. */
  private final boolean owner;

  private Registry(Ledger ledger, BlobStore blobs, SecureRandom random, boolean owner) {
    this.ledger = ledger;
    this.blobs = blobs;
    this.random = random;
    this.owner = owner;
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
   * @param clock for the times in the log
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
   * @param clock for the times in the log
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
   * @param location where it is made
   * @param credentials of the database
   * @param admin who may do everything with it
   * @param clock for the time when it is made
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
          new Registry(ledger, new BlobStore(location.blobs()), random, true),
          made.get().orElse(null));
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
          Optional<TokenSecret> token =
              location.isPostgres()
                  ? Optional.of(TokenTable.create(handle, random, admin, ledger.now(), null))
                  : Optional.empty();
          Map<String, Object> details = new LinkedHashMap<>();
          details.put("identity", identity);
          details.put("account", admin);
          details.put("role", Role.ADMIN.word());
          details.put("pattern", NamePattern.ALL.text());
          token.ifPresent(made -> details.put("token", made.id()));
          AuditLog.append(
              handle, ledger.now(), admin, "init", "", 0, AuditEntry.DONE, Json.text(details));
          return Optional.of(token);
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
      Ledger ledger = new Ledger(database, clock, "?");
      return new Registry(
          ledger.as(actor(ledger, credentials)),
          new BlobStore(location.blobs()),
          new SecureRandom(),
          true);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /** Who comes: in a database whom the token belongs to, in a folder the user. */
  private static String actor(Ledger ledger, Credentials credentials) {
    Database database = ledger.database();
    if (!database.location().isPostgres()) {
      PlainText.check("user", credentials.user());
      return credentials.user();
    }
    Ledger nobody = ledger.as("?");
    try {
      String token = credentials.token();
      if (token == null || token.isBlank()) {
        throw new UserError(
            "token of " + database.location() + " must be in HAORI_TOKEN, got nothing");
      }
      TokenTable.Known known =
          database.ask(handle -> TokenTable.authenticate(handle, token, nobody.now()));
      if (known.slow()) {
        quicken(database, token);
      }
      return known.account();
    } catch (UserError e) {
      nobody.logRefusal(Intent.ofRegistry("open", Role.VIEWER), e);
      throw e;
    }
  }

  private static void quicken(Database database, String token) {
    try {
      database.write(
          handle -> {
            TokenTable.quicken(handle, token);
            return true;
          });
    } catch (UserError e) {
      // A database that may only be read, for example: the old hash is as good, and slower.
    }
  }

  /**
   * The same registry for somebody who proves who they are.
   *
   * @param credentials a token, or for a folder the user
   * @return a view that need not be closed
   * @throws UserError when the token is missing, wrong, expired or revoked
   */
  public Registry as(Credentials credentials) {
    return view(actor(ledger, credentials));
  }

  /**
   * The same registry for somebody for whom the caller vouches, for example a server that has
   * checked a certificate.
   *
   * @param actor their account; what they may do, their roles say
   * @return a view that need not be closed
   */
  public Registry as(String actor) {
    PlainText.check("account", actor);
    return view(actor);
  }

  private Registry view(String actor) {
    return new Registry(ledger.as(actor), blobs, random, false);
  }

  /** Who sees it so. */
  public String actor() {
    return ledger.actor();
  }

  /** Where it is. */
  public RegistryLocation location() {
    return ledger.database().location();
  }

  /**
   * How many changes and refused attempts the log has: what grew since the last look was changed by
   * somebody, here or in another process. One question to the database, and no role is asked for.
   */
  public long changes() {
    return ledger.database().ask(handle -> AuditLog.head(handle).entries());
  }

  /** The versions. */
  public ModuleCatalogue modules() {
    return new ModuleCatalogue(ledger, blobs);
  }

  /** What becomes of them. */
  public LifeCycle lifeCycle() {
    return new LifeCycle(ledger);
  }

  /** What servers see of versions. */
  public WatchRecords watch() {
    return new WatchRecords(ledger);
  }

  /** Candidates beside what is live. */
  public Trials trials() {
    return new Trials(ledger);
  }

  /** Modules that act together. */
  public Combinations combinations() {
    return new Combinations(ledger);
  }

  /** What proofs of concept found and decided. */
  public ProofRecords proofs() {
    return new ProofRecords(ledger);
  }

  /** Who may do what. */
  public AccessControl access() {
    return new AccessControl(ledger, random);
  }

  /** Checks, deletion, and the log. */
  public Maintenance maintenance() {
    return new Maintenance(ledger, blobs);
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

  /** Closes the connections, unless this is a view. */
  @Override
  public void close() {
    if (owner) {
      ledger.database().close();
    }
  }
}
