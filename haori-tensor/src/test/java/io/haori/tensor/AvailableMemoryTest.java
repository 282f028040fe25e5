package io.haori.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AvailableMemoryTest {
  @Test
  void whatCanBeFreedAtOnceAndFreeSwapCount() {
    String system =
        """
        MemTotal:       24576000 kB
        MemFree:          102400 kB
        MemAvailable:    2048000 kB
        SwapTotal:       4096000 kB
        SwapFree:        1024000 kB
        """;
    assertThat(AvailableMemory.of(system)).hasValue(3_072_000L << 10);
  }

  @Test
  void oldSystemsSayNothing() {
    assertThat(AvailableMemory.of("MemTotal: 1 kB\nMemFree: 1 kB\n")).isEmpty();
    assertThat(AvailableMemory.of("MemAvailable:  99999999999999999999 kB\n")).isEmpty();
  }
}
