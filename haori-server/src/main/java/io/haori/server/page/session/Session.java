package io.haori.server.page.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Somebody who is signed in at one browser. */
public final class Session {
  private final String formToken;
  private final Instant ends;
  private final @Nullable SealedToken token;

  Session(String formToken, Instant ends, @Nullable SealedToken token) {
    this.formToken = formToken;
    this.ends = ends;
    this.token = token;
  }

  /** What every form of this session carries, so that no other page can send one. */
  public String formToken() {
    return formToken;
  }

  /** Whether a form came from a page of this session. */
  public boolean isOwnForm(@Nullable String given) {
    return Secrets.equal(formToken, given);
  }

  boolean isOver(Instant now) {
    return !now.isBefore(ends);
  }

  /**
   * The token of the registry with which they signed in.
   *
   * @param cookie of the session
   * @return null for the operator, whom the link of the server let in
   */
  public @Nullable String token(String cookie) {
    return token == null ? null : token.open(cookie);
  }
}
