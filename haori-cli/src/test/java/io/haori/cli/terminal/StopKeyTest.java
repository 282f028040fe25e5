package io.haori.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "kill is a command of Unix")
class StopKeyTest {
  /** Ctrl-C as a terminal sends it. */
  private static void press(BooleanSupplier seen) throws Exception {
    String self = String.valueOf(ProcessHandle.current().pid());
    assertThat(new ProcessBuilder("kill", "-INT", self).start().waitFor()).isZero();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!seen.getAsBoolean() && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void theFirstPressStopsWhatIsDoneTheSecondLeaves() throws Exception {
    try (StopKey key = StopKey.take()) {
      key.begin();
      assertThat(key.stopped()).isFalse();
      press(key::stopped);
      assertThat(key.stopped()).isTrue();
      assertThat(key.leaving()).isFalse();
      key.end();
      key.begin();
      assertThat(key.stopped()).isFalse();
      press(key::stopped);
      press(key::leaving);
      assertThat(key.leaving()).isTrue();
    }
  }
}
