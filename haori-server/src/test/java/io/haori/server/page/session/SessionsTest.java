package io.haori.server.page.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class SessionsTest {
  private final SecureRandom random = new SecureRandom();
  private Instant now = Instant.parse("2026-11-28T12:00:00Z");
  private final Sessions sessions = new Sessions(random, () -> now);

  @Test
  void aSessionIsFoundByItsCookieUntilItEnds() {
    String cookie = sessions.begin(null);
    String other = sessions.begin("haori_a_b");

    assertThat(sessions.find(cookie)).isPresent();
    assertThat(sessions.find(cookie).orElseThrow().token(cookie)).isNull();
    assertThat(sessions.find(other).orElseThrow().token(other)).isEqualTo("haori_a_b");
    assertThat(sessions.find(null)).isEmpty();
    assertThat(sessions.find("")).isEmpty();
    now = now.plus(Sessions.LIFETIME).minusSeconds(1);
    assertThat(sessions.find(cookie)).isPresent();
    now = now.plusSeconds(1);
    assertThat(sessions.find(cookie)).isEmpty();
    sessions.end(other);
    assertThat(sessions.find(other)).isEmpty();
  }

  @Test
  void aTokenIsOpenedByTheCookieOfItsSessionAlone() {
    String cookie = sessions.begin("haori_a_b");
    Session session = sessions.find(cookie).orElseThrow();

    assertThatThrownBy(() -> session.token("another")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aFormOfAnotherSessionIsNotOwn() {
    Session one = sessions.find(sessions.begin(null)).orElseThrow();
    Session other = sessions.find(sessions.begin(null)).orElseThrow();

    assertThat(one.isOwnForm(one.formToken())).isTrue();
    assertThat(one.isOwnForm(other.formToken())).isFalse();
    assertThat(one.isOwnForm(null)).isFalse();
  }

  @Test
  void theOldestOfTooManySessionsEnds() {
    String oldest = sessions.begin(null);
    String last = oldest;
    for (int i = 0; i < 1_000; i++) {
      last = sessions.begin(null);
    }

    assertThat(sessions.find(oldest)).isEmpty();
    assertThat(sessions.find(last)).isPresent();
  }

  @Test
  void whoGuessesWaitsAMinute() {
    FailedSignIns failed = new FailedSignIns(() -> now);
    for (int i = 0; i < FailedSignIns.MOST; i++) {
      assertThat(failed.mustWait("10.0.0.1")).isFalse();
      failed.add("10.0.0.1");
    }

    assertThat(failed.mustWait("10.0.0.1")).isTrue();
    assertThat(failed.mustWait("10.0.0.2")).isFalse();
    now = now.plus(FailedSignIns.WINDOW).plus(Duration.ofMillis(1));
    assertThat(failed.mustWait("10.0.0.1")).isFalse();
  }
}
