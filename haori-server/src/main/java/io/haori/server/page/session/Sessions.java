package io.haori.server.page.session;

import io.haori.core.digest.Sha256;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who is signed in, by the digests of their cookies. For any number of threads. */
public final class Sessions {
  /** After which one signs in again. */
  public static final Duration LIFETIME = Duration.ofHours(10);

  private static final int MOST = 1_000;

  private final SecureRandom random;
  private final InstantSource clock;
  private final Map<String, Session> byDigest = new LinkedHashMap<>();

  /**
   * Nobody is signed in yet.
   *
   * @param random makes cookies
   * @param clock ends sessions
   */
  public Sessions(SecureRandom random, InstantSource clock) {
    this.random = random;
    this.clock = clock;
  }

  /**
   * Signs somebody in.
   *
   * @param token of the registry, null for the operator
   * @return the value of their cookie
   */
  public synchronized String begin(@Nullable String token) {
    Instant now = clock.instant();
    byDigest.values().removeIf(session -> session.isOver(now));
    Iterator<String> oldest = byDigest.keySet().iterator();
    if (byDigest.size() >= MOST) {
      oldest.next();
      oldest.remove();
    }
    String cookie = Secrets.random(random);
    SealedToken sealed = token == null ? null : new SealedToken(token, cookie, random);
    byDigest.put(
        Sha256.of(cookie), new Session(Secrets.random(random), now.plus(LIFETIME), sealed));
    return cookie;
  }

  /** Whose cookie it is, if it is anybody's. */
  public synchronized Optional<Session> find(@Nullable String cookie) {
    if (cookie == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(byDigest.get(Sha256.of(cookie)))
        .filter(session -> !session.isOver(clock.instant()));
  }

  /** Signs somebody out. */
  public synchronized void end(String cookie) {
    byDigest.remove(Sha256.of(cookie));
  }
}
