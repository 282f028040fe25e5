package io.haori.registry.access;

import io.haori.core.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * A token, {@code haori_ID_SECRET}, and the hash by which its secret is known again. The secret has
 * 256 random bits, so SHA-256 is enough, which takes microseconds: a slow hash makes guessing dear,
 * and nobody guesses 256 bits. Registries before version 3 of their tables stored Argon2id hashes,
 * which are known again, too.
 *
 * @param id what the registry finds the row by; no secret
 * @param secret known to its owner only
 */
public record TokenSecret(String id, String secret) {
  private static final Pattern FORM = Pattern.compile("haori_([a-z0-9]{10})_([A-Za-z0-9_-]{43})");
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int HASH_BYTES = 32;

  /**
   * A new token.
   *
   * @param random where its bits come from
   */
  static TokenSecret create(SecureRandom random) {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    return new TokenSecret(
        id.toString(), Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /**
   * Takes a token apart.
   *
   * @param text as its owner gave it
   * @return null when it has not the form of one
   */
  static @Nullable TokenSecret parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    return matcher.matches() ? new TokenSecret(matcher.group(1), matcher.group(2)) : null;
  }

  /** The token as its owner keeps it. */
  public String text() {
    return "haori_" + id + "_" + secret;
  }

  /**
   * The hash to store.
   *
   * @return SHA-256 of the secret, 64 hexadecimal digits
   */
  public String hash() {
    return Sha256.of(secret);
  }

  /**
   * Whether this is the token whose hash is stored; takes as long whatever the hash is.
   *
   * @param stored as {@link #hash} gave it
   */
  public boolean matches(String stored) {
    return MessageDigest.isEqual(
        hash().getBytes(StandardCharsets.US_ASCII), stored.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Whether this is the token whose Argon2id hash is stored.
   *
   * @param stored parameters, salt and hash in one text: {@code $argon2id$v=19$m=…,t=…,p=1$…$…}
   */
  boolean matchesArgon2(String stored) {
    String[] parts = stored.split("\\$", -1);
    String[] costs = parts[3].split("[=,]", -1);
    byte[] salt = Base64.getDecoder().decode(parts[4]);
    byte[] found = argon2(Integer.parseInt(costs[1]), Integer.parseInt(costs[3]), salt);
    return MessageDigest.isEqual(found, Base64.getDecoder().decode(parts[5]));
  }

  private byte[] argon2(int memoryKib, int passes, byte[] salt) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memoryKib)
            .withIterations(passes)
            .withParallelism(1)
            .withSalt(salt)
            .build());
    byte[] hash = new byte[HASH_BYTES];
    generator.generateBytes(secret.getBytes(StandardCharsets.US_ASCII), hash);
    return hash;
  }

  /** Keeps the secret out of logs. */
  @Override
  public String toString() {
    return "haori_" + id + "_…";
  }
}
