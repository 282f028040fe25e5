package io.haori.server.auth;

import io.haori.server.problem.Refused;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps pages of other sites, open in a browser on the same machine, from using a server that
 * trusts whoever reaches it: a browser says where a request comes from, and by which name it was
 * reached.
 */
public final class BrowserCheck {
  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

  private final String host;
  private final boolean loopback;

  /**
   * For a server.
   *
   * @param host that it listens on
   */
  public BrowserCheck(String host) {
    this.host = host.toLowerCase(Locale.ROOT);
    loopback = Exposure.isLoopback(host);
  }

  /**
   * Refuses what another site sent.
   *
   * @throws Refused with 403
   */
  public void check(Context context) {
    String named = context.header("Host");
    String name = named == null ? "" : withoutPort(named.toLowerCase(Locale.ROOT));
    // By another name: a site whose name was made to lead here.
    if (loopback && named != null && !LOCAL.contains(name) && !name.equals(host)) {
      throw Refused.forbidden("Host must be localhost or the address of the server, got " + name);
    }
    String origin = context.header("Origin");
    if (origin != null && !isOwn(origin, named)) {
      throw Refused.forbidden("Origin must be this server, got another site");
    }
    if ("cross-site".equals(context.header("Sec-Fetch-Site")) && !isFollowedLink(context)) {
      throw Refused.forbidden("Sec-Fetch-Site must be another than cross-site, got cross-site");
    }
  }

  /** Somebody comes by a link of another site, which does not see what they see. */
  private static boolean isFollowedLink(Context context) {
    return context.method().equals(HandlerType.GET)
        && "navigate".equals(context.header("Sec-Fetch-Mode"))
        && "document".equals(context.header("Sec-Fetch-Dest"));
  }

  private static boolean isOwn(String origin, @Nullable String host) {
    try {
      String authority = URI.create(origin).getRawAuthority();
      return authority != null && authority.equalsIgnoreCase(host);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String withoutPort(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }
}
