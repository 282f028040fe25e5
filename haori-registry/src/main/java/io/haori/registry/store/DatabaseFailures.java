package io.haori.registry.store;

import io.haori.core.check.UserError;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/** Words what a database refuses, when the user can cure it. */
final class DatabaseFailures {
  private DatabaseFailures() {}

  /**
   * What to throw for a failure.
   *
   * @param location named first
   * @param failure perhaps of the database
   * @return a sentence for the user, or the failure itself when it is a fault of ours
   */
  static RuntimeException explained(RegistryLocation location, RuntimeException failure) {
    if (failure instanceof UserError) {
      return failure;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        String what = sql instanceof SQLiteException lite ? ofSqlite(lite) : ofPostgres(sql);
        if (what != null) {
          return new UserError(location + ": " + what, failure);
        }
        if (sql instanceof SQLTransientConnectionException && sql.getCause() == null) {
          // The pool is in use and none of its connections failed.
          return new UserError(
              location + ": is busy, its connections were in use for a minute", failure);
        }
      }
    }
    return failure;
  }

  private static @Nullable String ofSqlite(SQLiteException failure) {
    // The low byte is the kind, the rest distinguishes it further.
    return switch (failure.getResultCode().code & 0xff) {
      case 5, 6 -> "is busy, another process has kept it for a minute; nothing was changed";
      case 8 -> "cannot be written by this user; nothing was changed";
      case 10 -> "the disk refuses to read or write; nothing was changed";
      case 11, 26 -> "registry.db is damaged; restore it from a backup";
      case 13 -> "the disk is full; nothing was changed";
      case 14 -> "registry.db cannot be opened by this user";
      default -> null;
    };
  }

  private static @Nullable String ofPostgres(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    if (state.startsWith("08") || state.startsWith("57P")) {
      return "the database cannot be reached or went away; haori module log shows what was done";
    }
    return switch (state) {
      case "28000", "28P01" -> "the database refuses its user or password";
      case "3D000" -> "there is no such database";
      case "22P05" -> "the database's encoding must be UTF8 for such a text; nothing was changed";
      case "53100", "53200" -> "the database is out of space; nothing was changed";
      case "53300" -> "the database has too many connections; nothing was changed";
      case "55P03" -> "is busy, another process has kept it for a minute; nothing was changed";
      case "25006" -> "the database may only be read; nothing was changed";
      case "42501" -> "the database's user lacks a right there; nothing was changed";
      default -> {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        yield message.contains("no space left") ? "the disk is full; nothing was changed" : null;
      }
    };
  }
}
