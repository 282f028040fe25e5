package io.haori.server.problem;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Recognises that a registry's database does not answer, or not in time. */
final class RegistryAway {
  static final String SENTENCE = "The registry cannot be reached at present";

  /** Seconds after which it is worth another try. */
  static final int RETRY = 5;

  /** PostgreSQL's states for a connection that failed or is ended by the server. */
  private static final Pattern STATES = Pattern.compile("08...|57P0.");

  private static final Pattern SQLITE =
      Pattern.compile("\\[SQLITE_(BUSY|LOCKED).*", Pattern.DOTALL);

  private RegistryAway() {}

  /** Whether this is among the causes of a failure. */
  static boolean caused(Throwable failure) {
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (one instanceof SQLTransientConnectionException
          || (one instanceof SQLException sql
              && (matches(STATES, sql.getSQLState()) || matches(SQLITE, sql.getMessage())))) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(Pattern pattern, @Nullable String text) {
    return pattern.matcher(Objects.requireNonNullElse(text, "")).matches();
  }
}
