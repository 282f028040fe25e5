package io.haori.analysis.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entities as seqeval's default mode finds and counts them. */
class EntityScoresTest {
  private static List<String> tags(String text) {
    return List.of(text.split(" ", -1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          B-PER I-PER O B-LOC | PER:0-1 LOC:3-3
          O O O | ''
          I-PER I-PER O | PER:0-1
          B-PER B-PER | PER:0-0 PER:1-1
          B-PER I-ORG I-ORG | PER:0-0 ORG:1-2
          I-PER B-PER | PER:0-0 PER:1-1
          O I-ORG O I-ORG | ORG:1-1 ORG:3-3
          B-PER E-PER I-PER | PER:0-1 PER:2-2
          S-ORG B-PER | ORG:0-0 PER:1-1
          B-a-b I-a-b O | a-b:0-1
          I B B I O | _:0-0 _:1-1 _:2-3
          I-PER B-PER B I-ORG I-PER B-PER | PER:0-0 PER:1-1 _:2-2 ORG:3-3 PER:4-4 PER:5-5
          I-PER I-ORG S-ORG I B-PER | PER:0-0 ORG:1-1 ORG:2-2 _:3-3 PER:4-4
          E-PER B-ORG I I-ORG | PER:0-0 ORG:1-1 _:2-2 ORG:3-3
          """)
  void entitiesBeginAndEndAsInSeqeval(String text, String expected) {
    String found =
        Entity.of(tags(text)).stream()
            .map(one -> one.type() + ":" + one.first() + "-" + one.last())
            .collect(Collectors.joining(" "));

    assertThat(found).isEqualTo(expected);
  }

  @Test
  void theExampleOfSeqevalsReadmeHasItsScores() {
    EntityScores scores =
        EntityScores.of(
            List.of(tags("O O O B-MISC I-MISC I-MISC O"), tags("B-PER I-PER O")),
            List.of(tags("O O B-MISC I-MISC I-MISC I-MISC O"), tags("B-PER I-PER O")),
            true);

    assertThat(scores.f1()).isEqualTo(0.5);
    assertThat(scores.precision()).isEqualTo(0.5);
    assertThat(scores.recall()).isEqualTo(0.5);
    assertThat(scores.macroF1()).isEqualTo(0.5);
    assertThat(scores.wordAccuracy()).isCloseTo(0.8, within(1e-12));
    assertThat(scores.byClass())
        .containsExactly(new ClassScore("MISC", 0, 0, 0, 1), new ClassScore("PER", 1, 1, 1, 1));
    assertThat(scores.primary()).isEqualTo(0.5);
    assertThat(scores.byName())
        .containsOnlyKeys("f1", "precision", "recall", "macroF1", "wordAccuracy");
  }

  @Test
  void precisionAndRecallDifferWhereMoreIsAnsweredThanThereIs() {
    EntityScores scores =
        EntityScores.of(
            List.of(tags("B-PER O O B-ORG")), List.of(tags("B-PER B-PER B-PER O")), true);

    assertThat(scores.precision()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(scores.recall()).isEqualTo(0.5);
    assertThat(scores.f1()).isCloseTo(0.4, within(1e-12));
    assertThat(scores.macroF1()).isCloseTo((0 + 0.5) / 2, within(1e-12));
  }

  @Test
  void textsWithoutAnEntityScoreZeroAndNotNaN() {
    EntityScores scores = EntityScores.of(List.of(tags("O O")), List.of(tags("O O")), true);

    assertThat(scores.f1()).isZero();
    assertThat(scores.macroF1()).isZero();
    assertThat(scores.wordAccuracy()).isEqualTo(1);
  }

  @Test
  void plainTagsAreScoredWordByWord() {
    List<String> truth = tags("NOUN VERB O NOUN");

    assertThat(Entity.areMarked(truth)).isFalse();
    assertThat(Entity.areMarked(tags("B-PER O I-PER"))).isTrue();
    assertThat(Entity.areMarked(tags("O O"))).isFalse();
    EntityScores scores = EntityScores.of(List.of(truth), List.of(tags("NOUN NOUN O NOUN")), false);
    assertThat(scores.precision()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(scores.wordAccuracy()).isEqualTo(0.75);
  }
}
