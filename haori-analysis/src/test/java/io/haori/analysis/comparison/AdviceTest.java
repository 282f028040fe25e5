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

  private static List<String> advice(MethodComparison comparison) {
    return new Advice(
            comparison,
            comparison.against(comparison.best(), new PairedBootstrap(400, 3)),
            COSTS.subList(0, comparison.methods().size()))
        .sentences();
  }

  @Test
  void whatIsBetterBeyondChanceIsSaidApartFromWhatIsNot() {
    List<String> sentences =
        advice(
            MethodComparisonTest.comparison(
                MethodComparisonTest.wrongOn("frozen", 60, 60),
                MethodComparisonTest.wrongOn("lora", 12, 12),
                MethodComparisonTest.wrongOn("full", 13, 12)));

    assertThat(sentences).hasSize(4);
    assertThat(sentences.get(0))
        .isEqualTo(
            "Pick lora: it is right on 90.0 % of the 120 test rows, the most of 3 methods (mean of"
                + " 2 runs).");
    assertThat(sentences.get(1))
        .matches(
            "More than chance: it is better than frozen \\(by \\+40\\.0 points, 95 % interval"
                + " \\+3[0-9.]+ to \\+4[0-9.]+ points, corrected p < 0\\.0001\\)\\.");
    assertThat(sentences.get(2))
        .matches(
            "Not shown to be better: with 120 test rows and 2 runs each it cannot be told apart"
                + " from full \\(by \\+0\\.4 points, 95 % interval [−+0-9.]+ to \\+[0-9.]+"
                + " points\\)\\.");
    assertThat(sentences.get(3))
        .isEqualTo(
            "The rows that judge the methods also chose among them: expect a little less on new"
                + " texts.");
  }

  @Test
  void whatOnlyTheIntervalSaysIsCalledProbable() {
    List<String> sentences =
        advice(
            MethodComparisonTest.comparison(
                MethodComparisonTest.wrongOn("frozen", 17, 16),
                MethodComparisonTest.wrongOn("lora", 12, 12)));

    assertThat(sentences.get(1))
        .matches(
            "Probably, but not surely: it is better than frozen \\(by \\+3\\.[78] points, 95 % interval"
                + " \\+[0-9.]+ to \\+[0-9.]+ points, corrected p 0\\.1250\\); the interval and the"
                + " corrected test do not both confirm it\\.");
  }

  @Test
  void aMuchSmallerMethodThatIsNotShownToBeWorseIsNamed() {
    List<String> sentences =
        advice(
            MethodComparisonTest.comparison(
                MethodComparisonTest.wrongOn("frozen", 14, 13),
                MethodComparisonTest.wrongOn("lora", 12, 12)));

    assertThat(sentences)
        .contains(
            "Where size counts, frozen is the thrifty one of these: it stores 10.0 kB instead of"
                + " 300.0 kB and a run takes 1.5 s instead of 20.0 s.");
  }

  @Test
  void withoutTestsNothingIsSaidOfChance() {
    MethodComparison comparison =
        MethodComparisonTest.comparison(
            MethodComparisonTest.wrongOn("frozen", 14), MethodComparisonTest.wrongOn("lora", 12));

    assertThat(new Advice(comparison, comparison.untested(), COSTS.subList(0, 2)).sentences())
        .containsExactly(
            "Pick lora: it is right on 90.0 % of the 120 test rows, the most of 2 methods (mean of"
                + " 1 run).",
            "No test was made, so nothing is known of how much of the differences is chance.");
  }
}
