package io.haori.training.federated.secure;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.XECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.security.spec.XECPrivateKeySpec;
import java.util.Base64;
import javax.crypto.KeyAgreement;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * A key pair by which two sites agree on a seed that no one else knows: X25519 (RFC 7748), then
 * HKDF with SHA-256 (RFC 5869).
 */
public final class AgreementKey {
  /** Bytes of the secret part. */
  public static final int SECRET = 32;

  private static final String ALGORITHM = "X25519";

  private final byte[] secret;

  private AgreementKey(byte[] secret) {
    this.secret = secret.clone();
  }

  /**
   * A new pair.
   *
   * @param shown its public part
   * @param key its secret part
   */
  public record Pair(String shown, AgreementKey key) {}

  /** A new random pair. */
  public static Pair random() {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
      byte[] scalar = ((XECPrivateKey) pair.getPrivate()).getScalar().orElseThrow();
      return new Pair(
          Base64.getEncoder().encodeToString(pair.getPublic().getEncoded()),
          new AgreementKey(scalar));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The key of a secret part. */
  public static AgreementKey of(byte[] secret) {
    if (secret.length != SECRET) {
      throw new IllegalArgumentException(secret.length + " bytes");
    }
    return new AgreementKey(secret);
  }

  /**
   * Whether a text is the public part of a pair.
   *
   * @param shown in Base64
   */
  public static boolean isPublic(String shown) {
    try {
      var unused = random().key().agree(shown, "check");
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** The secret part, {@link #SECRET} bytes. */
  public byte[] secret() {
    return secret.clone();
  }

  /**
   * What both have who know one secret and the other's public part.
   *
   * @param shown the other's public part, in Base64
   * @param purpose separates seeds of one pair of keys
   * @return 32 bytes
   * @throws GeneralSecurityException when {@code shown} is no such key
   */
  public byte[] agree(String shown, String purpose) throws GeneralSecurityException {
    PublicKey other;
    try {
      other =
          KeyFactory.getInstance(ALGORITHM)
              .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(shown)));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException(e);
    }
    KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM);
    agreement.init(
        KeyFactory.getInstance(ALGORITHM)
            .generatePrivate(new XECPrivateKeySpec(NamedParameterSpec.X25519, secret)));
    agreement.doPhase(other, true);
    HKDFBytesGenerator derived = new HKDFBytesGenerator(SHA256Digest.newInstance());
    derived.init(
        new HKDFParameters(
            agreement.generateSecret(), null, purpose.getBytes(StandardCharsets.UTF_8)));
    byte[] seed = new byte[MaskStream.SEED];
    derived.generateBytes(seed, 0, seed.length);
    return seed;
  }
}
