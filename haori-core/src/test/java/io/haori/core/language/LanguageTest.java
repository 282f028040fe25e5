package io.haori.core.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LanguageTest {
  @ParameterizedTest
  @CsvSource({
    "ja_JP.UTF-8, JAPANESE",
    "ja, JAPANESE",
    "ja_JP.eucJP, JAPANESE",
    "en_US.UTF-8, ENGLISH",
    "C.UTF-8, ENGLISH",
    "POSIX, ENGLISH",
    "fr_FR.UTF-8, ENGLISH",
  })
  void theLocaleSaysTheLanguage(String locale, Language language) {
    assertThat(Language.of(Map.of("LANG", locale), "en")).isEqualTo(language);
  }

  @Test
  void theFirstVariableThatIsSetCounts() {
    assertThat(Language.of(Map.of("LC_ALL", "C.UTF-8", "LANG", "ja_JP.UTF-8"), "en"))
        .isEqualTo(Language.ENGLISH);
    assertThat(Language.of(Map.of("HAORI_LANG", "ja", "LC_ALL", "C.UTF-8"), "en"))
        .isEqualTo(Language.JAPANESE);
    assertThat(Language.of(Map.of("LC_ALL", "", "LC_MESSAGES", "ja_JP.UTF-8"), "en"))
        .isEqualTo(Language.JAPANESE);
  }

  @Test
  void withoutVariablesTheSystemSaysIt() {
    assertThat(Language.of(Map.of(), "ja")).isEqualTo(Language.JAPANESE);
    assertThat(Language.of(Map.of(), "")).isEqualTo(Language.ENGLISH);
  }

  @Test
  void refusesALanguageThatItDoesNotSpeak() {
    Language.requireKnown("--lang", null);
    Language.requireKnown("--lang", "JA");
    assertThatThrownBy(() -> Language.requireKnown("--lang", "fr"))
        .isInstanceOf(UserError.class)
        .hasMessage("--lang must be en or ja, got fr");
  }
}
