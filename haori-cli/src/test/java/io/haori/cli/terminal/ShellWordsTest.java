package io.haori.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ShellWordsTest {
  @Test
  void aCommandToTypeBeginsAsTheUserCalledIt() {
    assertThat(ShellWords.program(Map.of())).isEqualTo("haori");
    assertThat(ShellWords.program(Map.of("HAORI_COMMAND", "./haori"))).isEqualTo("./haori");
    assertThat(ShellWords.program(Map.of("HAORI_COMMAND", "/my tools/haori")))
        .isEqualTo("'/my tools/haori'");
  }
}
