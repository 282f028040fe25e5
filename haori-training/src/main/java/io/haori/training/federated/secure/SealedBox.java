package io.haori.training.federated.secure;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Bytes that only those can read who know a key: AES-256 in GCM (NIST SP 800-38D). */
public final class SealedBox {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private SealedBox() {}

  /**
   * Bytes of a box.
   *
   * @param bytes that are hidden
   */
  public static int length(int bytes) {
    return NONCE + bytes + TAG_BITS / Byte.SIZE;
  }

  /**
   * Seals.
   *
   * @param key of 32 bytes
   * @param bound what the box is for, which is not hidden and must be the same to open it
   * @param bytes what is hidden
   * @return nonce, hidden bytes and tag
   */
  public static byte[] seal(byte[] key, String bound, byte[] bytes) {
    byte[] nonce = new byte[NONCE];
    new SecureRandom().nextBytes(nonce);
    try {
      byte[] hidden = cipher(Cipher.ENCRYPT_MODE, key, bound, nonce).doFinal(bytes);
      byte[] box = Arrays.copyOf(nonce, NONCE + hidden.length);
      System.arraycopy(hidden, 0, box, NONCE, hidden.length);
      return box;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Opens.
   *
   * @param key as for {@link #seal}
   * @param bound as for it
   * @param box what it gave
   * @throws GeneralSecurityException when the box was changed, or key or {@code bound} are others
   */
  public static byte[] open(byte[] key, String bound, byte[] box) throws GeneralSecurityException {
    if (box.length < NONCE + TAG_BITS / Byte.SIZE) {
      throw new GeneralSecurityException(box.length + " bytes");
    }
    return cipher(Cipher.DECRYPT_MODE, key, bound, Arrays.copyOf(box, NONCE))
        .doFinal(box, NONCE, box.length - NONCE);
  }

  private static Cipher cipher(int mode, byte[] key, String bound, byte[] nonce)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(bound.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
