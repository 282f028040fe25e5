package io.haori.training.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DomainTextsTest {
  @ParameterizedTest
  @CsvSource({
    "the pump leaks, 3",
    "ポンプが止まった, 5",
    "水, 1",
    "泵漏水了 请修理, 5",
    "iPhoneのカメラ, 3",
  })
  void countsWordsAlsoWhereThereAreNoBlanks(String text, long words) {
    assertThat(DomainTexts.words(text)).isEqualTo(words);
  }
}
