package io.haori.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import org.junit.jupiter.api.Test;

final class OrderTaskTest {
  @Test
  void anExecutorOnAnotherJavaIsRefused() {
    assertThatThrownBy(() -> OrderTask.requireSame(17, 25))
        .isInstanceOf(UserError.class)
        .hasMessage("must run Java 17 as the program that asks, got Java 25");
    assertThatCode(() -> OrderTask.requireSame(25, 25)).doesNotThrowAnyException();
  }
}
