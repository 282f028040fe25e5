package io.haori.server.page.session;

import io.haori.core.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A token of the registry that only the cookie of its session opens (AES-256, GCM): what is in
 * memory may come into a dump, and the cookie is not in memory between two requests.
 */
final class SealedToken {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final byte[] nonce;
  private final byte[] sealed;

  SealedToken(String token, String cookie, SecureRandom random) {
    nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    sealed = run(Cipher.ENCRYPT_MODE, cookie, token.getBytes(StandardCharsets.UTF_8));
  }

  /** The token, for who has the cookie. */
  String open(String cookie) {
    return new String(run(Cipher.DECRYPT_MODE, cookie, sealed), StandardCharsets.UTF_8);
  }

  private byte[] run(int mode, String cookie, byte[] bytes) {
    try {
      byte[] key = HexFormat.of().parseHex(Sha256.of("key of the token of " + cookie));
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
      return cipher.doFinal(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
