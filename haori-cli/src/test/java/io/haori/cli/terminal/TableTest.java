package io.haori.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TableTest {
  @Test
  void numbersAreRightAlignedAndTextLeft() {
    Table table =
        new Table("domain", "rows", "accuracy")
            .row("noun.food", "1,400", "0.812 ± 0.010")
            .row("noun.animal", "400", "0.9");

    assertThat(table.lines(100, false))
        .containsExactly(
            "domain        rows       accuracy",
            "─────────────────────────────────",
            "noun.food    1,400  0.812 ± 0.010",
            "noun.animal    400            0.9");
  }

  @Test
  void longTextIsCutSoThatTheTableFits() {
    Table table = new Table("text", "n").row("x".repeat(200), "12345");

    assertThat(table.lines(60, false)).allMatch(line -> line.length() <= 60);
    assertThat(table.lines(60, false).get(2)).isEqualTo("x".repeat(52) + "…  12345");
  }

  @Test
  void theHeaderIsBoldOnlyWithColours() {
    Table table = new Table("a").row("b");

    assertThat(table.lines(100, true).get(0)).isEqualTo("\u001b[1ma\u001b[0m");
    assertThat(table.lines(100, false).get(0)).isEqualTo("a");
  }

  @Test
  void aRowNeedsACellForEachColumn() {
    assertThatThrownBy(() -> new Table("a", "b").row("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row of 1 cells in a table of 2 columns");
  }
}
