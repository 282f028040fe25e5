package io.haori.server.auth;

import io.haori.core.check.UserError;
import io.haori.core.digest.Sha256;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.access.Role;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.server.problem.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who asks: in a registry that is a database whom the token of the request belongs to, in a folder
 * the user who runs the server, whom alone the server listens to then.
 *
 * <p>What was found is kept until roles or tokens of the registry change, so a revoked token is
 * refused within the interval in which the registry is looked at; and for a minute, so that one
 * that expires is refused then.
 */
public final class Callers {
  private static final String BEARER = "bearer ";
  private static final int MOST_KEPT = 10_000;
  private static final Duration KEPT = Duration.ofMinutes(1);

  private final Registry registry;
  private final LongSupplier changes;
  private final InstantSource clock;
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private volatile long knownAt = -1;

  /** Who runs the server, with the roles of a number of changes; null before they were read. */
  private volatile @Nullable Own own;

  private record Own(long changes, Caller caller) {}

  private record Known(Caller caller, Instant until) {}

  /**
   * Callers of a registry.
   *
   * @param registry stays open as long as this
   * @param changes number of the registry's changes when roles or tokens may have changed last
   * @param clock says how long a token is known
   */
  public Callers(Registry registry, LongSupplier changes, InstantSource clock) {
    this.registry = registry;
    this.changes = changes;
    this.clock = clock;
  }

  /**
   * Who asks.
   *
   * @param authorization the header of that name, or null
   * @throws Refused when a token is needed and missing or wrong
   */
  public Caller of(@Nullable String authorization) {
    if (!registry.location().isPostgres()) {
      return operator();
    }
    forgetWhatIsOld();
    if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(BEARER)) {
      throw Refused.unknownCaller("Authorization must be Bearer TOKEN, got nothing");
    }
    String token = authorization.substring(BEARER.length()).strip();
    // Not the token itself: what is in memory may come into a dump.
    String digest = Sha256.of(token);
    Known before = known.get(digest);
    if (before != null && clock.instant().isBefore(before.until())) {
      return before.caller();
    }
    try {
      return kept(digest, registry.as(new Credentials(registry.actor(), token, null)));
    } catch (UserError e) {
      if (e.getCause() != null) {
        // Not the token is wrong: the database cannot be asked.
        throw Refused.unavailable("Who asks cannot be looked up: the registry cannot be read", 5);
      }
      throw Refused.unknownCaller(Objects.requireNonNullElse(e.getMessage(), ""));
    }
  }

  /** Who runs the server, whom its own link signs in. */
  public Caller operator() {
    Own read = own;
    long now = changes.getAsLong();
    if (read == null || read.changes() != now) {
      read = new Own(now, caller(registry));
      own = read;
    }
    return read.caller();
  }

  /**
   * Reads the roles of who runs the server before requests see that the registry has changed, so
   * that no request waits for the database.
   *
   * @param seen number of changes that requests see next
   */
  public void expect(long seen) {
    Own read = own;
    if (read != null && read.changes() == seen) {
      return;
    }
    if (registry.location().isPostgres()) {
      // Each token has roles of its own, read when it comes.
      return;
    }
    own = new Own(seen, caller(registry));
  }

  private void forgetWhatIsOld() {
    long now = changes.getAsLong();
    if (now != knownAt || known.size() > MOST_KEPT) {
      known.clear();
      knownAt = now;
    }
  }

  private Caller kept(String key, Registry view) {
    Caller caller = caller(view);
    known.put(key, new Known(caller, clock.instant().plus(KEPT)));
    return caller;
  }

  private static Caller caller(Registry view) {
    return new Caller(view.actor(), view.access().own());
  }

  /**
   * Refuses, and has the registry log, who may not look at a module.
   *
   * @param caller who asks
   * @param reference what they ask for
   */
  public void requireMayUse(Caller caller, ModuleReference reference) {
    if (!caller.may(Role.VIEWER, reference.name())) {
      throw logged(caller, () -> registry.as(caller.account()).modules().resolve(reference));
    }
  }

  /**
   * Refuses, and has the registry log, who may not add versions of a module.
   *
   * @param caller who asks
   * @param name of the module
   */
  public void requireMayAdd(Caller caller, ModuleName name) {
    if (!caller.may(Role.AUTHOR, name)) {
      throw logged(caller, () -> registry.as(caller.account()).modules().requireMayAdd(name));
    }
  }

  /**
   * Refuses, and has the registry log, who lacks a role.
   *
   * @param caller who asks
   * @param action as the log names it
   * @param role that is needed
   * @param name that the role is needed for
   */
  public void requireMay(Caller caller, String action, Role role, ModuleName name) {
    if (!caller.may(role, name)) {
      throw logged(
          caller, () -> registry.as(caller.account()).modules().requireMay(action, role, name));
    }
  }

  /** The registry as a caller sees it, which logs what they do under their name. */
  public Registry view(Caller caller) {
    return registry.as(caller.account());
  }

  private static Refused logged(Caller caller, Runnable attempt) {
    try {
      attempt.run();
    } catch (UserError e) {
      return Refused.forbidden(Objects.requireNonNullElse(e.getMessage(), ""));
    }
    // The role was given a moment ago.
    return Refused.forbidden(caller.account() + " may not do that yet; try again");
  }
}
