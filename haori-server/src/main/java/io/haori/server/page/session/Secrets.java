package io.haori.server.page.session;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Random words that nobody guesses. */
final class Secrets {
  private static final int BYTES = 32;

  private Secrets() {}

  /** 256 random bits, in letters that an address may have. */
  static String random(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Whether they are equal, in a time that says nothing of where they differ. */
  static boolean equal(String secret, @Nullable String guess) {
    return guess != null
        && MessageDigest.isEqual(
            secret.getBytes(StandardCharsets.UTF_8), guess.getBytes(StandardCharsets.UTF_8));
  }
}
