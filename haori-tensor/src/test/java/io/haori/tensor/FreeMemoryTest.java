package io.haori.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FreeMemoryTest {
  @Test
  void memoryIsReleasedOnceInTenSecondsWhateverTheNumberOfSteps() {
    FreeMemory memory = new FreeMemory(5);

    assertThat(memory.releaseNowAndThen(5)).isFalse();
    assertThat(memory.releaseNowAndThen(10_000_000_004L)).isFalse();
    assertThat(memory.releaseNowAndThen(10_000_000_005L)).isTrue();
    assertThat(memory.releaseNowAndThen(10_000_000_006L)).isFalse();
  }
}
