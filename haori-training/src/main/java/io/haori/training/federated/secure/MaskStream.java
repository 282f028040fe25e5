package io.haori.training.federated.secure;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Numbers that look random to all who do not know the seed: AES-256 in counter mode (NIST SP
 * 800-38A), eight bytes a number, the lowest first.
 */
final class MaskStream {
  /** Bytes of a seed. */
  static final int SEED = 32;

  private static final int BLOCK = 16;
  private static final int NUMBERS = 1 << 13;

  private MaskStream() {}

  /**
   * Adds the numbers of a seed to others, modulo {@code 2⁶⁴}.
   *
   * @param numbers changed in place
   * @param seed of {@link #SEED} bytes; used for one vector only
   * @param sign 1 to add, −1 to subtract
   */
  static void add(long[] numbers, byte[] seed, int sign) {
    if (seed.length != SEED) {
      throw new IllegalArgumentException(seed.length + " bytes");
    }
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(seed, "AES"),
          new IvParameterSpec(new byte[BLOCK]));
      byte[] zeros = new byte[NUMBERS * Long.BYTES];
      for (int from = 0; from < numbers.length; from += NUMBERS) {
        int count = Math.min(NUMBERS, numbers.length - from);
        ByteBuffer stream =
            ByteBuffer.wrap(cipher.update(zeros, 0, count * Long.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
          numbers[from + i] += sign * stream.getLong();
        }
      }
      Arrays.fill(zeros, (byte) 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
