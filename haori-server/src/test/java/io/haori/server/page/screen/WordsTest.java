package io.haori.server.page.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

final class WordsTest {
  @Test
  void aMomentIsShownByTheClockOfTheServersZone() {
    Instant instant = Instant.parse("2026-03-01T09:00:30Z");

    assertThat(Words.moment(instant, ZoneId.of("Asia/Tokyo")))
        .isEqualTo(new Words.Moment("2026-03-01T09:00:30Z", "2026-03-01 18:00 +09:00"));
    assertThat(Words.moment(instant, ZoneOffset.UTC).text()).isEqualTo("2026-03-01 09:00 UTC");
  }
}
