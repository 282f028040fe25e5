package io.haori.registry.access;

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
 * A token, {@code haori_ID_SECRET}, and the hash by which its secret is known again: Argon2id with
 * 19 MiB, two passes and one lane (RFC 9106; the setting is OWASP's). The secret has 256 random
 * bits.
 *
 * @param id what the registry finds the row by; no secret
 * @param secret known to its owner only
 */
public record TokenSecret(String id, String secret) {
  private static final Pattern FORM = Pattern.compile("haori_([a-z0-9]{10})_([A-Za-z0-9_-]{43})");
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int MEMORY_KIB = 19_456;
  private static final int PASSES = 2;
  private static final int HASH_BYTES = 32;
  private static final int SALT_BYTES = 16;

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
   * @param random where the salt comes from
   * @return parameters, salt and hash in one text
   */
  String hash(SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=1$%s$%s"
        .formatted(
            MEMORY_KIB,
            PASSES,
            base64.encodeToString(salt),
            base64.encodeToString(argon2(MEMORY_KIB, PASSES, salt)));
  }

  /**
   * Whether this is the token whose hash is stored.
   *
   * @param stored as {@link #hash} gave it
   */
  boolean matches(String stored) {
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
