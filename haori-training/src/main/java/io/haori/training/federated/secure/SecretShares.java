package io.haori.training.federated.secure;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.crypto.threshold.ShamirSecretSplitter;
import org.bouncycastle.crypto.threshold.ShamirSecretSplitter.Algorithm;
import org.bouncycastle.crypto.threshold.ShamirSplitSecret;
import org.bouncycastle.crypto.threshold.ShamirSplitSecretShare;

/**
 * A secret in parts, of which some number gives it back and one less gives nothing (Shamir 1979,
 * How to Share a Secret; over bytes, by Bouncy Castle).
 */
public final class SecretShares {
  /** The most parts, numbered from 1, as there are 255 bytes other than 0. */
  public static final int MOST = 255;

  private SecretShares() {}

  /**
   * Splits.
   *
   * @param secret any bytes
   * @param needed how many parts give it back, from 2
   * @param parts how many there are, at most {@link #MOST}
   * @return the parts, the first one numbered 1, each as long as the secret
   */
  public static List<byte[]> split(byte[] secret, int needed, int parts) {
    if (needed < 2 || needed > parts || parts > MOST) {
      throw new IllegalArgumentException(needed + " of " + parts);
    }
    try {
      List<byte[]> all = new ArrayList<>();
      for (ShamirSplitSecretShare share :
          ShamirSecretSplitter.getInstance(Algorithm.AES, secret.length, new SecureRandom())
              .resplit(secret, needed, parts)
              .getSecretShares()) {
        all.add(share.getEncoded());
      }
      return all;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Puts together.
   *
   * @param parts by number, as many as are needed
   * @return the secret; anything else where parts are too few or wrong
   */
  public static byte[] join(Map<Integer, byte[]> parts) {
    ShamirSplitSecretShare[] shares =
        new TreeMap<>(parts)
            .entrySet().stream()
                .map(one -> new ShamirSplitSecretShare(one.getValue(), one.getKey()))
                .toArray(ShamirSplitSecretShare[]::new);
    try {
      return ShamirSplitSecret.getInstance(Algorithm.AES, shares).getSecret();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
