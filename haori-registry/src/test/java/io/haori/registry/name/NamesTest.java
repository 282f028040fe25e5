package io.haori.registry.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How modules, versions and places are called. */
final class NamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "food",
        "noun.food",
        "a",
        "0",
        "line-a_2.en",
        "line.1",
        "line_1",
        "食品",
        "食品・飲料",
        "部品-カタログ",
        "データ",
        "々",
        "é",
        "naïve",
        "ω",
        "식품",
        "हिन्दी",
        "𠮷野家",
        "２０２６年"
      })
  void plainNamesAreTaken(String name) {
    assertThat(new ModuleName(name)).hasToString(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""            | nothing
          ..            | ..
          a..b          | a..b
          ../a          | ../a
          a/b           | a/b
          a\\b           | a\\b
          .a            | .a
          A             | A
          É             | É
          食品Ａ         | 食品Ａ
          "食品　飲料"     | 食品　飲料
          食品／飲料      | 食品／飲料
          食品＠live     | 食品＠live
          ・食品         | ・食品
          "a b"         | a b
          a%2e          | a%2e
          """)
  void otherNamesAreReportedAsTheyAre(String name, String shown) {
    assertThatThrownBy(() -> new ModuleName(name))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "module name must be 1 to 100 letters of any script (no capitals), digits, '.', '_',"
                + " '-' and '・', beginning with a letter or digit, without '..', got "
                + shown);
  }

  @Test
  void whatCannotBePrintedIsNotPrinted() {
    assertThatThrownBy(() -> new ModuleName("a\u001b[31m\n")).hasMessageEndingWith(", got a?[31m?");
    assertThatThrownBy(() -> new ModuleName("é".repeat(300)))
        .hasMessageEndingWith(", got 300 characters");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x0000, 0x000A, 0x007F, 0x0085, 0x00A0, 0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x180B,
        0x180E, 0x2003, 0x200B, 0x200D, 0x200E, 0x2028, 0x2029, 0x202E, 0x2060, 0x2066, 0x3000,
        0x3164, 0xD800, 0xE000, 0xFE0F, 0xFEFF, 0xFF20, 0xFF0F, 0xFFA0, 0xFFFF, 0xE0001, 0xE0101,
        0x10FFFF
      })
  void whatCannotBeSeenOrLooksLikeABlankOrASeparatorIsRefused(int character) {
    String name = "食" + Character.toString(character) + "品";

    assertThatThrownBy(() -> new ModuleName(name)).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> new NamePattern(name + "*")).isInstanceOf(UserError.class);
    assertThatThrownBy(() -> new LiveTarget(name)).isInstanceOf(UserError.class);
  }

  @Test
  void whatLooksTheSameIsTheSameName() {
    assertThat(new ModuleName("\u304b\u3099")).isEqualTo(new ModuleName("\u304c"));
    assertThat(new LiveTarget("\u304b\u3099")).isEqualTo(new LiveTarget("\u304c"));
    assertThat(new NamePattern("\u304b\u3099*").matches(new ModuleName("\u304c\u3042"))).isTrue();
    assertThat(ModuleReference.parse("\u304b\u3099@live"))
        .isEqualTo(ModuleReference.parse("\u304c@live"));
  }

  @Test
  void lengthIsCountedInCharactersAndNotInBytes() {
    assertThat(new ModuleName("食".repeat(100)).text()).hasSize(100);
    assertThat(new ModuleName("𠮷".repeat(100)).text()).hasSize(200);
    assertThatThrownBy(() -> new ModuleName("食".repeat(101)))
        .hasMessageEndingWith(", got 101 characters");
  }

  @Test
  void everyNameIsTheNameOfAFileOfItsOwn() {
    ModuleName one = new ModuleName("食".repeat(99) + "品");
    ModuleName other = new ModuleName("食".repeat(100));

    assertThat(new ModuleName("line.1").fileName()).isEqualTo("line.1");
    assertThat(new ModuleName("line_1").fileName()).isEqualTo("line_1");
    assertThat(new ModuleName("食品").fileName()).isEqualTo("食品");
    assertThat(one.fileName()).isNotEqualTo(other.fileName()).startsWith("食".repeat(40));
    assertThat(new ModuleName("𠮷".repeat(100)).fileName().getBytes(StandardCharsets.UTF_8))
        .hasSizeLessThanOrEqualTo(200);
  }

  @Test
  void namesAreInTheOrderOfTheirCodePoints() {
    // A letter outside of the first plane comes after all others, as in a database.
    assertThat(new ModuleName("𠮷")).isGreaterThan(new ModuleName("ﾊ"));
    assertThat(new ModuleName("line.1")).isLessThan(new ModuleName("line_1"));
  }

  @ParameterizedTest
  @CsvSource({"食品", "食品@3", "食品@live", "食品@live/東京"})
  void aJapaneseReferenceIsWrittenAsItIsRead(String text) {
    assertThat(ModuleReference.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({"food", "food@3", "food@live", "food@live/berlin"})
  void aReferenceIsWrittenAsItIsRead(String text) {
    assertThat(ModuleReference.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource({
    "food*, food, true",
    "food*, seafood, false",
    "*food, seafood, true",
    "*, anything, true",
    "a*c*e, abcde, true",
    "a*c*e, abcdef, false",
    "a**, a, true",
    "noun.*, nounxfood, false",
    "food, food, true",
    "food, foods, false",
    "食*, 食品, true",
    "*品, 食品, true",
    "部品-*, 食品, false",
    "plant-*, plant-東京, true"
  })
  void aPatternMeansNames(String pattern, String name, boolean meant) {
    assertThat(new NamePattern(pattern).matches(new ModuleName(name))).isEqualTo(meant);
  }

  @Property(tries = 300)
  void aPatternMeansWhatTheRegularExpressionMeans(
      @ForAll @StringLength(min = 1, max = 8) @Chars({'a', 'b', '*'}) String pattern,
      @ForAll @StringLength(min = 1, max = 8) @CharRange(from = 'a', to = 'b') String name) {
    assertThat(new NamePattern(pattern).matches(new ModuleName(name)))
        .isEqualTo(name.matches(pattern.replaceAll("\\*+", ".*")));
  }

  @Test
  void aPatternOfManyStarsIsAnsweredAtOnce() {
    NamePattern pattern = new NamePattern("a*".repeat(49) + "b");

    assertThat(pattern.matches(new ModuleName("a".repeat(100)))).isFalse();
  }
}
