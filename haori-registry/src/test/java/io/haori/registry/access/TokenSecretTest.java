package io.haori.registry.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tokens and the hashes by which they are known again. */
final class TokenSecretTest {
  private final SecureRandom random = new SecureRandom();

  @Test
  void aSecretHas256RandomBitsAndIsHashedAtOnce() {
    // SHA-256 of 43 letters A, by sha256sum.
    TokenSecret known = new TokenSecret("abcdefghij", "A".repeat(43));

    assertThat(known.hash()).isEqualTo(HASH_OF_A);
    assertThat(known.matches(HASH_OF_A)).isTrue();
    assertThat(known.matches("0".repeat(64))).isFalse();
    assertThat(known.matches("")).isFalse();
    Set<String> secrets = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      TokenSecret token = TokenSecret.create(random);
      assertThat(TokenSecret.parse(token.text())).isEqualTo(token);
      assertThat(token.matches(token.hash())).isTrue();
      secrets.add(token.secret());
    }
    assertThat(secrets).hasSize(1_000);
  }

  private static final String HASH_OF_A =
      "0f007385b6f9d4b7eeb2748605afe1a984a0a3bfa3f014d09e2a784ce9e5cd1a";
}
