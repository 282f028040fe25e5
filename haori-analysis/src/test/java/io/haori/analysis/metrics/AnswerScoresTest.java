package io.haori.analysis.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerScoresTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          'replace the seal'  | ' replace the seal '   | 1 | 1      | 1
          'replace the seal'  | 'the seal replace'     | 0 | 1      | 0.6667
          'replace the seal'  | 'replace the pump now' | 0 | 0.5714 | 0.5714
          'the the seal'      | 'the'                  | 0 | 0.5    | 0.5
          'the'               | 'the the the'          | 0 | 0.5    | 0.5
          'seal'              | ''                     | 0 | 0      | 0
          'police killed the gunman' | 'police kill the gunman' | 0 | 0.75 | 0.75
          'police killed the gunman' | 'the gunman kill police' | 0 | 0.75 | 0.5
          """)
  void oneAnswer(String right, String written, double exact, double f1, double rouge) {
    AnswerScores scores = AnswerScores.of(List.of(right), List.of(written == null ? "" : written));
    assertThat(scores.exactMatch()).isEqualTo(exact);
    assertThat(scores.tokenF1()).isCloseTo(f1, within(1e-4));
    assertThat(scores.rougeL()).isCloseTo(rouge, within(1e-4));
  }

  @Test
  void scoresAreMeans() {
    AnswerScores scores = AnswerScores.of(List.of("a b", "c"), List.of("a b", "d"));
    assertThat(scores.byName())
        .containsOnly(
            java.util.Map.entry("exactMatch", 0.5),
            java.util.Map.entry("tokenF1", 0.5),
            java.util.Map.entry("rougeL", 0.5));
    assertThatThrownBy(() -> AnswerScores.of(List.of("a"), List.of()))
        .hasMessage("0 answers for 1");
  }
}
