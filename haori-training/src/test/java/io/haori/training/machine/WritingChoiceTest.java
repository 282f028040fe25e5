package io.haori.training.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In which precision a decoder writes fastest. */
final class WritingChoiceTest {
  private static final WritingTime FLOATS = new WritingTime("fp32", 2, 1, 160);
  private static final WritingTime MANY = new WritingTime("fp32", 2, 16, 320);

  @Test
  void theTimesOfASingleTextDecide() {
    List<WritingTime> times =
        List.of(
            new WritingTime("fp32", 1, 1, 200),
            FLOATS,
            MANY,
            new WritingTime("int8", 2, 1, 80),
            new WritingTime("int4", 2, 1, 50),
            new WritingTime("int4", 1, 1, 64),
            new WritingTime("int4", 2, 16, 20));

    assertThat(WritingChoice.of(times).sentence())
        .isEqualTo(
            "A text is written fastest with int4 and 2 threads: 20.0 tokens a second, with fp32"
                + " 6.3; int4 rounds the base, so read its texts before you rely on them.");
    assertThat(MANY.tokensPerSecond()).isEqualTo(50);
  }

  @Test
  void whatRoundsNothingNeedsNoWarning() {
    assertThat(WritingChoice.of(List.of(FLOATS, MANY)).sentence())
        .isEqualTo("A text is written fastest with fp32 and 2 threads: 6.3 tokens a second.");
    assertThat(WritingChoice.of(List.of(new WritingTime("int8", 1, 1, 100))).sentence())
        .isEqualTo("A text is written fastest with int8 and 1 thread: 10.0 tokens a second.");
  }

  @Test
  void withoutTimesThereIsNoChoice() {
    assertThatThrownBy(() -> WritingChoice.of(List.of(MANY))).isInstanceOf(UserError.class);
  }
}
