package io.haori.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class InterruptionTest {
  private final Streams streams = new Streams();

  @Test
  void asksTheWorkToStopAndWaitsForItsEnd() throws Exception {
    Interruption interruption = new Interruption(streams.console(), Duration.ofSeconds(10));
    assertThat(interruption.requested()).isFalse();

    Thread signal = new Thread(interruption::request);
    signal.start();
    while (!interruption.requested()) {
      Thread.onSpinWait();
    }
    assertThat(signal.isAlive()).isTrue();
    interruption.close();
    signal.join();

    assertThat(streams.err()).isEqualTo("\nStopping at the next step …\n");
  }

  @Test
  void workThatDoesNotStopIsNotWaitedForForEver() {
    Interruption interruption = new Interruption(streams.console(), Duration.ZERO);

    interruption.request();

    assertThat(streams.err())
        .isEqualTo("\nStopping at the next step …\nThe work did not stop within 0 s.\n");
  }

  @Test
  void afterTheWorkHasEndedNothingIsAskedFor() {
    Interruption interruption = new Interruption(streams.console(), Duration.ofSeconds(10));
    interruption.close();

    interruption.request();

    assertThat(interruption.requested()).isFalse();
    assertThat(streams.err()).isEmpty();
  }
}
