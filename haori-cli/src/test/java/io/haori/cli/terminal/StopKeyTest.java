package io.haori.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      key.pressed();
      assertThat(key.stopped()).isTrue();
      assertThat(key.leaving()).isFalse();
      key.end();
      key.begin();
      assertThat(key.stopped()).isFalse();
      key.pressed();
      key.pressed();
      assertThat(key.leaving()).isTrue();
    }
  }

  /** A process in the background of a shell ignores the key, and its JVM leaves it so. */
  @Test
  void aSignalIsAPressWhereSignalsComeThrough() throws Exception {
    try (StopKey key = StopKey.take()) {
      key.begin();
      press(() -> key.stopped() || interruptsAreIgnored());
      assertThat(key.stopped()).isNotEqualTo(interruptsAreIgnored());
    }
  }

  /** As Linux says it: the second bit of the signals that this process ignores. */
  private static boolean interruptsAreIgnored() {
    Path status = Path.of("/proc/self/status");
    try {
      return Files.exists(status)
          && Files.readAllLines(status).stream()
              .filter(line -> line.startsWith("SigIgn:"))
              .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
