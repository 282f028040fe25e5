package io.haori.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.language.Catalogue;
import io.haori.core.language.Language;
import java.time.Instant;
import java.time.InstantSource;
import org.jline.utils.WCWidth;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private final Streams streams = new Streams();
  private Instant now = Instant.EPOCH;
  private final InstantSource clock = () -> now;

  @Test
  void logsGetALineEveryTenSeconds() {
    try (Progress progress = Progress.of(streams.console(), false, clock, "tune", 0, 1200)) {
      for (int step = 1; step <= 25; step++) {
        now = now.plusSeconds(1);
        progress.at(step, "loss 0.512, 6,100 tokens/s");
      }
    }

    assertThat(streams.err())
        .isEqualTo(
            """
            tune: 10 of 1,200, loss 0.512, 6,100 tokens/s, 19:50 left
            tune: 20 of 1,200, loss 0.512, 6,100 tokens/s, 19:40 left
            """);
    assertThat(streams.out()).isEmpty();
  }

  @Test
  void theTimeLeftCountsOnlyWhatWasDoneHere() {
    try (Progress progress = Progress.of(streams.console(), false, clock, "tune", 100, 120)) {
      now = now.plusSeconds(10);
      progress.at(110, "");
    }

    assertThat(streams.err()).isEqualTo("tune: 110 of 120, 0:10 left\n");
  }

  @Test
  void terminalsGetABarThatFitsAndEndsWithALineBreak() {
    try (Progress progress = Progress.of(streams.console(true), false, clock, "tune", 0, 12)) {
      progress.at(12, "loss 0.512, 6,100 tokens/s");
    }

    assertThat(streams.err()).contains("tune", "12/12", "loss 0.512").endsWith("\n");
    assertThat(streams.err().split("[\r\n]")).allMatch(line -> line.length() <= 100);
  }

  @Test
  void aBarOfWideLettersFitsTheTerminal() {
    Console japanese = streams.console(true).in(Catalogue.of(Language.JAPANESE));
    try (Progress progress = Progress.of(japanese, false, clock, "Asking the base", 0, 12)) {
      progress.at(12, "epoch 1/2, loss 0.512, 6,100 tokens/s");
    }

    assertThat(streams.err()).contains("ベースに問い合わせ中", "エポック 1/2、損失 0.512");
    assertThat(streams.err().split("[\r\n]"))
        .allMatch(line -> line.codePoints().map(WCWidth::wcwidth).sum() <= 100);
  }

  @Test
  void linesForLogsAreInTheUsersLanguageAndJsonIsNot() {
    Console japanese = streams.console().in(Catalogue.of(Language.JAPANESE));
    try (Progress progress = Progress.of(japanese, false, clock, "tune", 0, 1200)) {
      now = now.plusSeconds(10);
      progress.at(10, "loss 0.512, 6,100 tokens/s");
    }
    try (Progress progress = Progress.forPrograms(japanese, clock, "lora", 0, 6)) {
      now = now.plusSeconds(1);
      progress.at(3, "loss 0.512, 6,100 tokens/s");
    }

    assertThat(streams.err().lines())
        .containsExactly(
            "tune：10/1,200、損失 0.512、6,100 トークン/秒、残り 19:50",
            "{\"progress\":{\"task\":\"lora\",\"done\":3,\"total\":6,\"detail\":\"loss 0.512, 6,100"
                + " tokens/s\",\"secondsLeft\":1}}");
  }

  @Test
  void aProgramGetsLinesOfJsonAtMostFourTimesASecondAndTheLast() {
    try (Progress progress = Progress.forPrograms(streams.console(), clock, "lora", 2, 6)) {
      now = now.plusSeconds(1);
      progress.at(3, "epoch 1/2", 0.5);
      now = now.plusMillis(100);
      progress.at(4, "epoch 1/2", 0.4);
      now = now.plusMillis(900);
      progress.at(5, "epoch 2/2", Double.NaN);
      progress.at(6, "epoch 2/2", 0.25);
    }

    assertThat(streams.err())
        .isEqualTo(
            """
            {"progress":{"task":"lora","done":3,"total":6,"detail":"epoch 1/2","value":0.5,"secondsLeft":3}}
            {"progress":{"task":"lora","done":5,"total":6,"detail":"epoch 2/2","secondsLeft":1}}
            {"progress":{"task":"lora","done":6,"total":6,"detail":"epoch 2/2","value":0.25,"secondsLeft":0}}
            """);
  }

  @Test
  void quietShowsNothing() {
    try (Progress progress = Progress.of(streams.console(true), true, clock, "tune", 0, 12)) {
      now = now.plusSeconds(60);
      progress.at(6, "loss 0.512");
    }

    assertThat(streams.err()).isEmpty();
  }
}
