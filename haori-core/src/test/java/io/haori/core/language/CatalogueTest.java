package io.haori.core.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CatalogueTest {
  private static final Catalogue JAPANESE = Catalogue.of(Language.JAPANESE);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lora.rank must be at least 1, got 0 | lora.rank は 1 以上である必要があります（実際：0）
          lora.alpha must be finite and above 0, got NaN | lora.alpha は 0 より大きい有限の数である必要があります（実際：NaN）
          a.csv:3: label is missing | a.csv:3: label がありません
          --kind must be families, activities, pairs, terms or digits, got x | --kind は families、activities、pairs、terms、digits のいずれかである必要があります（実際：x）
          reg: no registry is there; haori module init makes one | reg: レジストリがありません。haori module init で作成できます
          Warning: 3 of 9 test rows repeat the text of an earlier one. | 警告：test 9 行のうち 3 行は、前の行と同じテキストです。
          """)
  void saysASentenceInJapanese(String english, String japanese) {
    assertThat(JAPANESE.text(english)).isEqualTo(japanese);
  }

  @Test
  void whatItDoesNotKnowStaysAsItIs() {
    assertThat(JAPANESE.text("The quick brown fox.")).isEqualTo("The quick brown fox.");
    assertThat(JAPANESE.text("カードを失くしました")).isEqualTo("カードを失くしました");
    assertThat(JAPANESE.text("")).isEmpty();
  }

  @Test
  void englishStaysAsItIs() {
    Catalogue english = Catalogue.of(Language.ENGLISH);
    assertThat(english.text("lora.rank must be at least 1, got 0"))
        .isEqualTo("lora.rank must be at least 1, got 0");
    assertThat(english.heading("method")).isEqualTo("method");
  }

  @Test
  void aValueThatLooksLikeAPhraseStaysInItsQuotes() {
    assertThat(JAPANESE.text("rows.csv:2: has the key \"a whole number\" twice"))
        .isEqualTo("rows.csv:2: キー \"a whole number\" が 2 回あります");
  }

  @Test
  void linesAreSaidOneByOne() {
    assertThat(JAPANESE.text("No warnings.\n  Interrupted.\n")).isEqualTo("警告はありません。\n  中断しました。\n");
  }

  @Test
  void theHeavierOfTwoPatternsIsMeant() {
    Catalogue own =
        Catalogue.of(
            Language.JAPANESE, Map.of("{0} is {1}", "{0}={1}", "{0} is big", "{0} 大"), Map.of());
    assertThat(own.text("it is big")).isEqualTo("it 大");
    assertThat(own.text("it is small")).isEqualTo("it=small");
  }

  @Test
  void placesMayHoldNumbersOrWordsOnly() {
    Catalogue own =
        Catalogue.of(
            Language.JAPANESE, Map.of("{0:n} rows", "{0} 行", "{0:w} ends", "{0} 終"), Map.of());
    assertThat(own.text("1,200 rows")).isEqualTo("1,200 行");
    assertThat(own.text("many rows")).isEqualTo("many rows");
    assertThat(own.text("it ends")).isEqualTo("it 終");
    assertThat(own.text("all of it ends")).isEqualTo("all of it ends");
  }

  @Test
  void eitherOfTwoWordsMayBeThere() {
    Catalogue own =
        Catalogue.of(Language.JAPANESE, Map.of("{0:n} {row|rows} left", "残り {0} 行"), Map.of());
    assertThat(own.text("1 row left")).isEqualTo("残り 1 行");
    assertThat(own.text("2 rows left")).isEqualTo("残り 2 行");
  }

  @Test
  void aSentenceBehindASemicolonIsOneOfItsOwn() {
    Catalogue own =
        Catalogue.of(
            Language.JAPANESE, Map.of("{0} is full", "{0} は満杯", "; empty it", "空に"), Map.of());
    assertThat(own.text("disk is full; empty it")).isEqualTo("disk は満杯。空に");
  }

  @Test
  void aListOfSentencesIsSaidOneByOneAndAFullStopStays() {
    Catalogue own =
        Catalogue.of(Language.JAPANESE, Map.of("{0} less {1} (p)", "{0}−{1}（p）"), Map.of());
    assertThat(own.text("a less b (p); c less d (p).")).isEqualTo("a−b（p）；c−d（p）。");
    assertThat(own.text("a less b (p).")).isEqualTo("a−b（p）。");
  }

  @Test
  void theSentencesOfAListMayFollowDifferentPatterns() {
    Map<String, String> patterns =
        Map.of("{0}: {1}", "{0}: {1}", "is an empty file", "空です", "is a damaged {0}", "壊れた {0}");
    Catalogue own = Catalogue.of(Language.JAPANESE, patterns, Map.of());
    assertThat(own.text("a: is a damaged PNG; b: is an empty file")).isEqualTo("a: 壊れた PNG；b: 空です");
    assertThat(own.text("a: is a damaged PNG; and so on"))
        .as("not a list, as a part is unknown")
        .isEqualTo("a: 壊れた PNG; and so on");
  }

  @Test
  void tellsWhatItUsedAndWhatItLeft() {
    Translation translation = JAPANESE.translate("size must be large, got 3");
    assertThat(translation.used()).containsExactly("{0} must be {1}, got {2}");
    assertThat(translation.left()).containsExactly("size", "large");
  }

  @Test
  void aFileWithALineOutOfPlaceIsRefused() {
    assertThatThrownBy(() -> read("English\nanother\n  訳\n"))
        .hasMessage("f.txt: this line is out of place: another");
    assertThatThrownBy(() -> read("  訳\n")).hasMessage("f.txt: this line is out of place:   訳");
    assertThatThrownBy(() -> read("a\n  b\na\n  c\n"))
        .hasMessage("f.txt: this sentence is there already: a");
  }

  private static Map<String, String> read(String text) throws Exception {
    Map<String, String> all = new LinkedHashMap<>();
    CatalogueFile.read("f.txt", new BufferedReader(new StringReader(text)), all);
    return all;
  }
}
