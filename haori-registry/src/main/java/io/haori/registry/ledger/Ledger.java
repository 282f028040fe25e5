package io.haori.registry.ledger;

import io.haori.core.check.UserError;
import io.haori.registry.access.AccessTable;
import io.haori.registry.access.RoleGrant;
import io.haori.registry.audit.AuditEntry;
import io.haori.registry.audit.AuditLog;
import io.haori.registry.name.ModuleName;
import io.haori.registry.store.Database;
import io.haori.registry.store.Json;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One person's way to a registry's rows: every look and every change passes here. */
public final class Ledger {
  private final Database database;
  private final InstantSource clock;
  private final String actor;

  /**
   * The way of one person.
   *
   * @param database the rows
   * @param clock for the times in the log
   * @param actor who it is, already made sure of
   */
  public Ledger(Database database, InstantSource clock, String actor) {
    this.database = database;
    this.clock = clock;
    this.actor = actor;
  }

  /**
   * The way of another person to the same rows.
   *
   * @param other who it is, already made sure of
   */
  public Ledger as(String other) {
    return new Ledger(database, clock, other);
  }

  /** Who comes this way. */
  public String actor() {
    return actor;
  }

  /** The rows. */
  public Database database() {
    return database;
  }

  /** The present moment in milliseconds, as the rows keep it. */
  public Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /**
   * Makes a change and logs it, both or neither; what is refused is logged as that.
   *
   * @param intent what is wanted
   * @param work makes it
   * @param <T> what it gives
   * @throws UserError when the role is missing or the work refuses
   */
  public <T> T change(Intent intent, Function<Change, T> work) {
    Refusal refusal = new Refusal();
    try {
      return database.write(
          handle -> {
            try {
              AccessTable.require(handle, actor, intent.role(), intent.module());
              long seq = AuditLog.head(handle).entries() + 1;
              Change change = new Change(handle, now(), actor, seq, intent);
              T result = work.apply(change);
              if (!change.isIdle()) {
                log(
                    handle,
                    change.now(),
                    intent,
                    change.version(),
                    AuditEntry.DONE,
                    change.details());
              }
              return result;
            } catch (UserError e) {
              refusal.reason = e;
              throw e;
            }
          });
    } catch (UserError e) {
      if (refusal.reason != null) {
        logRefusal(intent, refusal.reason);
      }
      throw e;
    }
  }

  /**
   * Looks at rows as of one moment; a look that is refused is logged.
   *
   * @param intent what is wanted
   * @param work looks
   * @param <T> what it finds
   */
  public <T> T look(Intent intent, Function<Handle, T> work) {
    Refusal refusal = new Refusal();
    try {
      return database.read(
          handle -> {
            try {
              AccessTable.require(handle, actor, intent.role(), intent.module());
            } catch (UserError e) {
              refusal.reason = e;
              throw e;
            }
            return work.apply(handle);
          });
    } catch (UserError e) {
      if (refusal.reason != null) {
        logRefusal(intent, refusal.reason);
      }
      throw e;
    }
  }

  /**
   * Looks at rows that the person's roles choose.
   *
   * @param work gets the roles, too
   * @param <T> what it finds
   */
  public <T> T lookAtOwn(BiFunction<Handle, List<RoleGrant>, T> work) {
    return database.read(handle -> work.apply(handle, AccessTable.of(handle, actor)));
  }

  /**
   * Logs an attempt that was refused before it came to rows.
   *
   * @param intent what was wanted
   * @param reason why it was refused
   */
  public void logRefusal(Intent intent, UserError reason) {
    try {
      database.write(
          handle -> {
            Map<String, Object> details = new LinkedHashMap<>(intent.details());
            details.put("refused", String.valueOf(reason.getMessage()));
            log(handle, now(), intent, intent.version(), AuditEntry.REFUSED, details);
            return true;
          });
    } catch (UserError e) {
      // A full disk, for example: the user hears of what they wanted first.
      reason.addSuppressed(e);
    }
  }

  private void log(
      Handle handle,
      Instant now,
      Intent intent,
      int version,
      String outcome,
      Map<String, Object> details) {
    @Nullable ModuleName module = intent.module();
    AuditLog.append(
        handle,
        now,
        actor,
        intent.action(),
        module == null ? "" : module.text(),
        version,
        outcome,
        Json.text(details));
  }

  /** Distinguishes a refusal by us from one of the database. */
  private static final class Refusal {
    private @Nullable UserError reason;
  }
}
