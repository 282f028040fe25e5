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
  void longTextIsWrappedAtTheEndsOfWords() {
    Table table =
        new Table("text", "n")
            .row("what a customer of the bank wrote on a card that was lost abroad last week", "1")
            .row("short", "12,345");

    assertThat(table.lines(70, false))
        .containsExactly(
            "text" + " ".repeat(65) + "n",
            "─".repeat(70),
            "what a customer of the bank wrote on a card that was lost" + " ".repeat(12) + "1",
            "abroad last week",
            "short" + " ".repeat(59) + "12,345");
  }

  @Test
  void whoReadsAPipeGetsEachRowOnOneLine() {
    String text = "word ".repeat(100).strip();

    assertThat(new Table("text").row(text).lines(Integer.MAX_VALUE, false).get(2)).isEqualTo(text);
  }

  @Test
  void aWordWiderThanItsColumnIsBrokenAndNotCut() {
    Table table = new Table("text", "n").row("x".repeat(100), "12345");

    assertThat(table.lines(60, false))
        .containsExactly(
            "text                                                       n",
            "─".repeat(60),
            "x".repeat(53) + "  12345",
            "x".repeat(47));
  }

  @Test
  void aJapaneseLetterTakesTwoColumns() {
    Table table = new Table("label", "n").row("請求", "10").row("bank", "9");

    assertThat(table.lines(70, false))
        .containsExactly("label   n", "─────────", "請求   10", "bank    9");
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
