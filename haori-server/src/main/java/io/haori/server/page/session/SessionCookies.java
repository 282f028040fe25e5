package io.haori.server.page.session;

import io.haori.server.auth.Caller;
import io.haori.server.auth.Callers;
import io.haori.server.problem.Refused;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Signs browsers in and out by a cookie, and finds who is signed in. */
public final class SessionCookies {
  private final Sessions sessions;
  private final Callers callers;
  private final boolean secure;

  /**
   * Of one server.
   *
   * @param sessions who is signed in
   * @param callers what they may do
   * @param secure whether browsers reach the server by TLS alone
   */
  public SessionCookies(Sessions sessions, Callers callers, boolean secure) {
    this.sessions = sessions;
    this.callers = callers;
    this.secure = secure;
  }

  /**
   * Somebody who is signed in.
   *
   * @param session of their browser
   * @param caller who they are
   */
  public record SignedIn(Session session, Caller caller) {}

  /** Who is signed in; a session whose token was taken back or has expired ends. */
  public Optional<SignedIn> find(Context context) {
    String cookie = context.cookie(name(context));
    Session session = sessions.find(cookie).orElse(null);
    if (cookie == null || session == null) {
      return Optional.empty();
    }
    String token = session.token(cookie);
    try {
      return Optional.of(new SignedIn(session, caller(token)));
    } catch (Refused e) {
      sessions.end(cookie);
      return Optional.empty();
    }
  }

  /**
   * Who comes with a token.
   *
   * @param token of the registry, null for the operator
   * @throws Refused when the registry does not know it
   */
  private Caller caller(@Nullable String token) {
    return token == null ? callers.operator() : callers.of("Bearer " + token);
  }

  /**
   * Signs a browser in.
   *
   * @param context of its request
   * @param token of the registry, null for the operator
   * @throws Refused when the registry does not know the token
   */
  public void begin(Context context, @Nullable String token) {
    caller(token);
    put(context, name(context), sessions.begin(token), -1);
  }

  /** Signs a browser out. */
  public void end(Context context) {
    String cookie = context.cookie(name(context));
    if (cookie != null) {
      sessions.end(cookie);
    }
    put(context, name(context), "", 0);
  }

  /** One for each port, as browsers hand the cookies of a machine to all of its ports. */
  private static String name(Context context) {
    return "haori-session-" + context.req().getLocalPort();
  }

  /**
   * Gives a browser a cookie that no script reads and no other site has sent along.
   *
   * @param context of its request
   * @param name of the cookie
   * @param value of it
   * @param seconds that it is kept; 0 takes it away, below that it goes with the browser
   */
  public void put(Context context, String name, String value, int seconds) {
    context.cookie(new Cookie(name, value, "/", seconds, secure, true, null, SameSite.STRICT));
  }
}
