package io.haori.analysis.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.analysis.statistics.PairedBootstrap;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdviceTest {
  private static final List<MethodCost> COSTS =
      List.of(
          new MethodCost("frozen", 10_240, 1.5),
          new MethodCost("lora", 307_200, 20),
          new MethodCost("full", 90_000_000, 150));

  private static Advice advice(MethodComparison comparison) {
    return new Advice(
        comparison,
        comparison.pairs(new PairedBootstrap(400, 3)),
        COSTS.subList(0, comparison.methods().size()));
  }

  @Test
  void aClearWinnerIsNamedWithItsIntervals() {
    Advice advice =
        advice(
            MethodComparisonTest.comparison(
                MethodComparisonTest.wrongOn("frozen", 60, 60),
                MethodComparisonTest.wrongOn("lora", 12, 12),
                MethodComparisonTest.wrongOn("full", 50, 50)));

    assertThat(advice.clear()).isTrue();
    assertThat(advice.recommended()).isEqualTo(1);
    List<String> sentences = advice.sentences();
    assertThat(sentences).hasSize(3);
    assertThat(sentences.get(0))
        .isEqualTo(
            "Take lora: it is right on 90.0 % of the 120 test rows (mean of 2 runs), and it is"
                + " clearly better than all other methods.");
    assertThat(sentences.get(1))
        .matches(
            "Clear differences: lora less full \\+31\\.7 points \\(95 % interval \\+2[0-9.]+ to"
                + " \\+[34][0-9.]+ points, corrected p < 0\\.0001\\); lora less frozen \\+40\\.0"
                + " points \\(95 % interval \\+3[0-9.]+ to \\+4[0-9.]+ points, corrected p <"
                + " 0\\.0001\\)\\.");
    assertThat(sentences.get(2))
        .isEqualTo(
            "The test rows also chose the method, so expect a slightly lower score on new texts.");
  }

  @Test
  void withoutAClearWinnerTheCheapestIsTakenAndSaysByWhat() {
    Advice advice =
        advice(
            MethodComparisonTest.comparison(
                MethodComparisonTest.wrongOn("frozen", 60, 60),
                MethodComparisonTest.wrongOn("lora", 13, 12),
                MethodComparisonTest.wrongOn("full", 12, 12)));

    assertThat(advice.clear()).isFalse();
    assertThat(advice.recommended()).isEqualTo(1);
    List<String> sentences = advice.sentences();
    assertThat(sentences).hasSize(4);
    assertThat(sentences.get(0))
        .isEqualTo(
            "No clear winner: take the cheapest, lora, which stores the fewest bytes, 300.0 kB"
                + " (full: 85.8 MB); full has the highest score, 90.0 %.");
    assertThat(sentences.get(1))
        .startsWith("Clear differences: full less frozen +40.0 points (95 %");
    assertThat(sentences.get(2))
        .matches(
            "No difference shown on 120 test rows with 2 runs each: full less lora \\+0\\.4 points"
                + " \\(95 % interval [−+0-9.]+ to \\+[0-9.]+ points, corrected p 1\\.0000\\)\\.");
  }

  @Test
  void theCheapestMayHaveTheHighestScoreAndOfEqualBytesTheFasterIsCheaper() {
    MethodComparison alike =
        MethodComparisonTest.comparison(
            MethodComparisonTest.wrongOn("frozen", 12, 12),
            MethodComparisonTest.wrongOn("lora", 13, 12));

    assertThat(advice(alike).sentences().get(0))
        .isEqualTo(
            "No clear winner: take the cheapest, frozen, which stores the fewest bytes, 10.0 kB"
                + " (lora: 300.0 kB); it also has the highest score, 90.0 %.");
    assertThat(
            new Advice(
                    alike,
                    alike.pairs(new PairedBootstrap(400, 3)),
                    List.of(new MethodCost("frozen", 10, 3), new MethodCost("lora", 10, 2)))
                .recommended())
        .isEqualTo(1);
  }

  @Test
  void theDifferencesOfTheFirstMethodAreThoseOfTheTable() {
    List<String> sentences =
        advice(
                MethodComparisonTest.comparison(
                    MethodComparisonTest.wrongOn("lora", 12, 12),
                    MethodComparisonTest.wrongOn("frozen", 60, 60)))
            .sentences();

    assertThat(sentences.get(0)).endsWith(", and it is clearly better than frozen.");
    assertThat(sentences.get(1))
        .startsWith("Clear differences: frozen less lora −40.0 points (95 %");
  }

  @Test
  void whatOnlyTheIntervalSaysIsCalledProbable() {
    Advice advice =
        advice(
            MethodComparisonTest.comparison(
                MethodComparisonTest.wrongOn("frozen", 17, 16),
                MethodComparisonTest.wrongOn("lora", 12, 12)));

    assertThat(advice.clear()).isFalse();
    assertThat(advice.sentences().get(0))
        .isEqualTo(
            "Take lora: it is right on 90.0 % of the 120 test rows (mean of 2 runs), and it is"
                + " better, though not surely, than frozen.");
    assertThat(advice.sentences().get(1))
        .matches(
            "Probable differences, which the interval and the corrected test do not both confirm:"
                + " lora less frozen \\+3\\.[78] points \\(95 % interval \\+[0-9.]+ to"
                + " \\+[0-9.]+ points, corrected p 0\\.1250\\)\\.");
  }

  @Test
  void withoutTestsNothingIsSaidOfChance() {
    MethodComparison comparison =
        MethodComparisonTest.comparison(
            MethodComparisonTest.wrongOn("frozen", 14), MethodComparisonTest.wrongOn("lora", 12));

    assertThat(new Advice(comparison, null, COSTS.subList(0, 2)).sentences())
        .containsExactly(
            "lora has the highest score of 2 methods: it is right on 90.0 % of the 120 test rows"
                + " (mean of 1 run).",
            "No test was made, so the differences may be chance.");
  }

  @Test
  void oneMethodAloneHasItsScore() {
    MethodComparison comparison =
        MethodComparisonTest.comparison(MethodComparisonTest.wrongOn("frozen", 12));

    assertThat(new Advice(comparison, null, COSTS.subList(0, 1)).sentences())
        .containsExactly("frozen is right on 90.0 % of the 120 test rows (mean of 1 run).");
  }
}
