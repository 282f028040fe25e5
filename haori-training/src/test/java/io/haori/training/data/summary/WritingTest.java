package io.haori.training.data.summary;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.inference.task.spi.Row;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WritingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "pump leaks at seal 12|LATIN",
        "油圧ポンプから漏れ|JAPANESE",
        "油压泵漏油|CHINESE",
        "ポンプ P-101|JAPANESE, LATIN",
        "펌프 누유|KOREAN",
        "насос течёт|CYRILLIC",
        "12 34|''"
      })
  void aTextIsInTheWritingOfItsLetters(String text, String scripts) {
    Writing writing = Writing.of(List.of(new Row(text, null, null, null, 1)));

    assertThat(
            writing.shares().stream()
                .map(one -> one.script().name())
                .collect(Collectors.joining(", ")))
        .isEqualTo(scripts);
  }
}
