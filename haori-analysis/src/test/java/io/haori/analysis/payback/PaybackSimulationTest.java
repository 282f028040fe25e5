package io.haori.analysis.payback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.haori.analysis.payback.Payback.Sensitivity;
import io.haori.analysis.payback.Payback.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PaybackSimulationTest {
  private static final Range NOTHING = Range.of(0);

  /** Every {@code every}-th of the rows is answered wrong, less surely than the others. */
  private static HeldOutAnswers answers(int rows, int every) {
    int[] truth = new int[rows];
    int[] answers = new int[rows];
    double[] confidences = new double[rows];
    for (int row = 0; row < rows; row++) {
      boolean wrong = row % every == every - 1;
      truth[row] = row % 2;
      answers[row] = wrong ? 1 - truth[row] : truth[row];
      confidences[row] = wrong ? 0.6 : 0.9;
    }
    return new HeldOutAnswers(List.of("leak", "other"), truth, answers, confidences);
  }

  private static Costs costs(Range volume, double todayCost, double personCost, Range setup) {
    Costs.Work today = new Costs.Work(Range.of(0.95), Range.of(todayCost));
    Costs.Work person = new Costs.Work(Range.of(1), Range.of(personCost));
    return new Costs(
        "JPY",
        volume,
        today,
        person,
        null,
        NOTHING,
        Range.of(500),
        Map.of(),
        NOTHING,
        0,
        setup,
        NOTHING,
        Range.of(12),
        Map.of());
  }

  private static Payback simulate(HeldOutAnswers answers, Costs costs) {
    HandOver handOver = HandOver.of(answers, costs);
    return new PaybackSimulation(answers, handOver, costs, 1_000, 7).run();
  }

  @Test
  void unsureAnswersGoToAPersonWhereThatIsCheaper() {
    HeldOutAnswers answers = answers(100, 10);
    // A wrong answer costs 500, a person 120 and is always right.
    HandOver cheap = HandOver.of(answers, costs(Range.of(1), 100, 120, NOTHING));
    assertThat(cheap.threshold()).isEqualTo(0.9);
    assertThat(cheap.share()).isCloseTo(0.1, within(1e-12));
    for (int row = 0; row < 100; row++) {
      assertThat(cheap.toPerson()[row]).isEqualTo(!answers.isRight(row));
    }
    // A person who costs more than a wrong answer is never asked.
    HandOver dear = HandOver.of(answers, costs(Range.of(1), 100, 600, NOTHING));
    assertThat(dear.threshold()).isZero();
    assertThat(dear.share()).isZero();
    // Where no answer is right, all are a person's.
    HandOver useless = HandOver.of(answers(100, 1), costs(Range.of(1), 100, 120, NOTHING));
    assertThat(useless.threshold()).isGreaterThan(1);
    assertThat(useless.share()).isEqualTo(1);
  }

  @Test
  void monthsFollowFromTheNumbersWhereAllAreKnown() {
    HeldOutAnswers answers = answers(4_000, 10);
    Costs costs = costs(Range.of(1_000), 100, 600, Range.of(375_000));
    Payback payback = simulate(answers, costs);
    // Today a text costs 100 + 0.05 · 500 = 125, with the model 0.1 · 500 = 50: 75,000 a month.
    assertThat(payback.monthly().median()).isCloseTo(75_000, within(1_500.0));
    assertThat(payback.months().median()).isCloseTo(5, within(0.1));
    assertThat(payback.todayMonthly().median()).isCloseTo(125_000, within(1.0));
    assertThat(payback.verdict()).isEqualTo(Verdict.GO_ON);
    assertThat(payback.within()).isEqualTo(1);
    // 375,000 are not back within a year where 25,000 a month are saved.
    assertThat(simulate(answers, costs(Range.of(333), 100, 600, Range.of(375_000))).verdict())
        .isEqualTo(Verdict.STOP);
  }

  @Test
  void whatSavesNothingNeverPays() {
    Payback payback = simulate(answers(400, 2), costs(Range.of(1_000), 100, 600, Range.of(1)));
    assertThat(payback.verdict()).isEqualTo(Verdict.STOP);
    assertThat(payback.monthly().high()).isNegative();
    assertThat(payback.months().low()).isInfinite();
  }

  @Test
  void theUncertainNumberThatDecidesIsNamed() {
    HeldOutAnswers answers = answers(4_000, 10);
    Costs costs = costs(new Range(100, 400, 1_000), 100, 600, Range.of(375_000));
    Payback payback = simulate(answers, costs);
    assertThat(payback.verdict()).isEqualTo(Verdict.NOT_KNOWN);
    Sensitivity first = payback.sensitivities().get(0);
    assertThat(first.name()).isEqualTo("volume");
    assertThat(first.atLow()).isZero();
    assertThat(first.atHigh()).isEqualTo(1);
    assertThat(first.changesVerdict()).isTrue();
    assertThat(payback.sensitivities())
        .extracting(Sensitivity::name)
        .containsExactly("volume", "accuracy");
  }

  @Test
  void fewRowsLeaveMoreOpenAndNoErrorIsNoProof() {
    int[] rights = new int[20];
    double[] sure = new double[20];
    Arrays.fill(sure, 1);
    HeldOutAnswers few = new HeldOutAnswers(List.of("leak"), rights, rights, sure);
    Payback payback = simulate(few, costs(Range.of(1_000), 100, 600, Range.of(1)));
    // All 20 right: 125,000 a month would be saved if that were the truth.
    assertThat(payback.monthly().low()).isLessThan(110_000);
    assertThat(payback.monthly().high()).isLessThanOrEqualTo(125_000);
    Payback many = simulate(answers(4_000, 10), costs(Range.of(1_000), 100, 600, Range.of(1)));
    Payback some = simulate(answers(40, 10), costs(Range.of(1_000), 100, 600, Range.of(1)));
    assertThat(some.monthly().high() - some.monthly().low())
        .isGreaterThan(3 * (many.monthly().high() - many.monthly().low()));
  }
}
