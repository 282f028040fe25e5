package io.haori.server.page.session;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** The secret of the link that the server prints. It lets one browser in; then there is another. */
public final class SignInLink {
  private final SecureRandom random;
  private String secret;

  /** With a first secret. */
  public SignInLink(SecureRandom random) {
    this.random = random;
    secret = Secrets.random(random);
  }

  /** What the link has to carry now. */
  public synchronized String secret() {
    return secret;
  }

  /**
   * Uses the link up.
   *
   * @param given with a request
   * @return whether it was the secret
   */
  public synchronized boolean use(@Nullable String given) {
    if (!Secrets.equal(secret, given)) {
      return false;
    }
    secret = Secrets.random(random);
    return true;
  }
}
