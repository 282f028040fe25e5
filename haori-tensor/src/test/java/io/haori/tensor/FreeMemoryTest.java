package io.haori.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class FreeMemoryTest {
  @Test
  void memoryIsReleasedOnceInTenSecondsWhateverTheNumberOfSteps() {
    AtomicLong clock = new AtomicLong(5);
    FreeMemory memory = new FreeMemory(clock::get);

    assertThat(memory.releaseNowAndThen()).isFalse();
    clock.addAndGet(9_999_999_999L);
    assertThat(memory.releaseNowAndThen()).isFalse();
    clock.addAndGet(1);
    assertThat(memory.releaseNowAndThen()).isTrue();
    assertThat(memory.releaseNowAndThen()).isFalse();
  }
}
