package io.haori.training.federated;

import io.haori.core.check.Check;
import io.haori.core.check.UserError;
import io.haori.core.files.FileFailures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * The key pair that a site signs its updates with, Ed25519 (RFC 8032). The file holds both parts in
 * PEM; only its owner may read it where the file system knows owners.
 */
public final class SiteKey {
  private static final String ALGORITHM = "Ed25519";
  private static final String PRIVATE = "PRIVATE KEY";
  private static final String PUBLIC = "PUBLIC KEY";
  private static final long MOST_BYTES = 10_000;

  private final PrivateKey secret;
  private final String shown;

  private SiteKey(PrivateKey secret, String shown) {
    this.secret = secret;
    this.shown = shown;
  }

  /**
   * Reads a key pair, which is made first where there is none.
   *
   * @param file in PEM
   * @throws io.haori.core.check.UserError when the file holds none
   */
  public static SiteKey at(Path file) {
    try {
      return Files.exists(file) ? read(file) : make(file);
    } catch (GeneralSecurityException e) {
      throw damaged(file);
    }
  }

  private static SiteKey make(Path file) throws GeneralSecurityException {
    KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    String shown = Base64.getEncoder().encodeToString(pair.getPublic().getEncoded());
    String text = block(PRIVATE, pair.getPrivate().getEncoded()) + block(PUBLIC, shown);
    OwnerFile.create(file, text);
    return new SiteKey(pair.getPrivate(), shown);
  }

  private static String block(String name, byte[] key) {
    return block(name, Base64.getEncoder().encodeToString(key));
  }

  private static String block(String name, String key) {
    return "-----BEGIN " + name + "-----\n" + key + "\n-----END " + name + "-----\n";
  }

  private static SiteKey read(Path file) throws GeneralSecurityException {
    String text;
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw damaged(file);
      }
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw FileFailures.unreadable(file, e);
    }
    byte[] secret = decoded(file, content(file, text, PRIVATE));
    String shown = content(file, text, PUBLIC);
    publicKey(shown);
    return new SiteKey(
        KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(secret)), shown);
  }

  private static String content(Path file, String text, String name) {
    String begin = "-----BEGIN " + name + "-----";
    int from = text.indexOf(begin);
    int to = text.indexOf("-----END " + name + "-----");
    if (from < 0 || to < from) {
      throw damaged(file);
    }
    return text.substring(from + begin.length(), to).replaceAll("\\s", "");
  }

  private static byte[] decoded(Path file, String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw damaged(file);
    }
  }

  private static UserError damaged(Path file) {
    return Check.in(file, "must hold an Ed25519 key pair in PEM, as haori federate join makes it");
  }

  private static PublicKey publicKey(String shown) throws GeneralSecurityException {
    try {
      byte[] bytes = Base64.getDecoder().decode(shown);
      return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(bytes));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException(e);
    }
  }

  /** The public key, in Base64. */
  public String shown() {
    return shown;
  }

  /**
   * Signs.
   *
   * @param text what is to be trusted
   * @return in Base64
   */
  String sign(String text) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(secret);
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Whether a text was signed with the secret part of a public key.
   *
   * @param shown the public key, in Base64
   * @param text what was signed
   * @param signed the signature, in Base64
   * @return false, too, where one of them is damaged
   */
  static boolean hasSigned(String shown, String text, String signed) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(publicKey(shown));
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return signature.verify(Base64.getDecoder().decode(signed));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false;
    }
  }
}
