package io.haori.registry.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.check.UserError;
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
  @ValueSource(strings = {"food", "noun.food", "a", "0", "line-a_2.en"})
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
          é             | é
          食品           | 食品
          "a b"         | a b
          a%2e          | a%2e
          """)
  void otherNamesAreToldAsTheyAre(String name, String shown) {
    assertThatThrownBy(() -> new ModuleName(name))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "module name must be 1 to 100 characters of a-z, 0-9, '.', '_' and '-', beginning with"
                + " a letter or digit, without '..', got "
                + shown);
  }

  @Test
  void whatCannotBePrintedIsNotPrinted() {
    assertThatThrownBy(() -> new ModuleName("a\u001b[31m\n")).hasMessageEndingWith(", got a?[31m?");
    assertThatThrownBy(() -> new ModuleName("é".repeat(300)))
        .hasMessageEndingWith(", got 300 characters");
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
    "food, foods, false"
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
