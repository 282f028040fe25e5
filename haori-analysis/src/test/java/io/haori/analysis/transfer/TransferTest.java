package io.haori.analysis.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.analysis.statistics.Interval;
import io.haori.analysis.statistics.McNemar;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Kinds of samples, their shares, and what is said of them. */
class TransferTest {
  private static final PairedSeeds BOOTSTRAP = new PairedSeeds(500, 7);

  /** Runs that are right with the given chances. */
  static DomainAnswers answers(
      String name, int seeds, int rows, double independent, double joint, long seed) {
    Random random = new Random(seed);
    boolean[][] alone = new boolean[seeds][rows];
    boolean[][] together = new boolean[seeds][rows];
    for (int run = 0; run < seeds; run++) {
      for (int row = 0; row < rows; row++) {
        double difficulty = random.nextDouble();
        alone[run][row] = difficulty < independent;
        together[run][row] = difficulty < joint;
        if (random.nextInt(20) == 0) {
          together[run][row] = !together[run][row];
        }
      }
    }
    return new DomainAnswers(name, alone, together);
  }

  /** Losses 2, 1 and 3 become 1.5, 2 and 3: they fall by 0.5 and rise by 1, each over 3 rows. */
  @Test
  void ofLossesTransferIsWhatTheyFallByAndInterferenceWhatTheyRiseBy() {
    DomainAnswers answers =
        new DomainAnswers(
            "d", Measure.LOSS, new double[][] {{-2, -1, -3}}, new double[][] {{-1.5, -2, -3}});
    TransferShares shares = answers.shares();
    assertThat(shares.transfer()).isEqualTo(0.5 / 3);
    assertThat(shares.interference()).isEqualTo(1.0 / 3);
    assertThat(Measure.LOSS.shown(shares.independent())).isEqualTo(2);
    assertThat(shares.gain()).isCloseTo(shares.joint() - shares.independent(), within(1e-12));
    assertThat(answers.kind(0, 0)).isEqualTo(SampleKind.TRANSFER);
    assertThat(answers.kind(0, 1)).isEqualTo(SampleKind.INTERFERENCE);
    PairedSeeds.Shares drawn = new PairedSeeds(200, 1).of(answers);
    assertThat(drawn.gain().estimate()).isEqualTo(shares.gain());
    assertThat(drawn.gain().low()).isNegative();
    assertThat(drawn.gain().high()).isPositive();
    TransferAnalysis analysis = TransferAnalysis.of(List.of(answers), new PairedSeeds(200, 1));
    // One falls, one rises: the sign test sees nothing.
    assertThat(analysis.domains().get(0).pValue()).isEqualTo(1);
  }

  @Property
  void accuraciesDifferByTransferLessInterferenceToTheLastBit(
      @ForAll @IntRange(min = 1, max = 5) int seeds,
      @ForAll @IntRange(min = 1, max = 400) int rows,
      @ForAll @IntRange(max = 100) int independent,
      @ForAll @IntRange(max = 100) int joint,
      @ForAll long seed) {
    DomainAnswers answers = answers("d", seeds, rows, independent / 100.0, joint / 100.0, seed);

    TransferCounts counts = answers.counts();

    long aloneRight = 0;
    long togetherRight = 0;
    for (int run = 0; run < seeds; run++) {
      for (int row = 0; row < rows; row++) {
        aloneRight += (int) answers.independent()[run][row];
        togetherRight += (int) answers.joint()[run][row];
      }
    }
    long samples = (long) seeds * rows;
    assertThat(counts.samples()).isEqualTo(samples);
    assertThat(counts.independentRight()).isEqualTo(aloneRight);
    assertThat(counts.jointRight()).isEqualTo(togetherRight);
    assertThat(counts.gain()).isEqualTo((double) (togetherRight - aloneRight) / samples);
    assertThat(counts.gain())
        .isEqualTo((double) (counts.transferred() - counts.interfered()) / samples);
    assertThat(counts.joint() - counts.independent()).isCloseTo(counts.gain(), within(1e-12));
    Interval gain = BOOTSTRAP.of(answers).gain();
    assertThat(gain.estimate()).isEqualTo(counts.gain());
    assertThat(gain.low()).isLessThanOrEqualTo(gain.high());
  }

  @Test
  void everySampleHasOneOfFourKinds() {
    DomainAnswers answers =
        new DomainAnswers(
            "d",
            new boolean[][] {{true, true, false, false}},
            new boolean[][] {{true, false, true, false}});

    assertThat(answers.kind(0, 0)).isEqualTo(SampleKind.BOTH_RIGHT);
    assertThat(answers.kind(0, 1)).isEqualTo(SampleKind.INTERFERENCE);
    assertThat(answers.kind(0, 2)).isEqualTo(SampleKind.TRANSFER);
    assertThat(answers.kind(0, 3)).isEqualTo(SampleKind.BOTH_WRONG);
    assertThat(answers.counts()).isEqualTo(new TransferCounts(1, 1, 1, 1));
    assertThat(SampleKind.values())
        .extracting(SampleKind::word)
        .containsExactly("both right", "transfer", "interference", "both wrong");
  }

  @Test
  void exchangingTheModelsExchangesTransferAndInterference() {
    DomainAnswers one = answers("d", 3, 200, 0.6, 0.7, 5);
    DomainAnswers other =
        new DomainAnswers(
            "d", Measure.ACCURACY, /* independent= */ one.joint(), /* joint= */ one.independent());

    assertThat(other.counts().transfer()).isEqualTo(one.counts().interference());
    assertThat(other.counts().gain()).isEqualTo(-one.counts().gain());
    assertThat(TransferAnalysis.pValue(other)).isEqualTo(TransferAnalysis.pValue(one));
  }

  @Test
  void seedsThatAreNotPairedAreRefused() {
    assertThatThrownBy(() -> new DomainAnswers("books", new boolean[2][3], new boolean[1][3]))
        .hasMessage("books: seeds must be paired, got 2 and 1 runs");
    assertThatThrownBy(() -> new DomainAnswers("books", new boolean[1][3], new boolean[1][4]))
        .hasMessage("books: runs must answer the same rows, got 3 and 4");
  }

  @Test
  void intervalsHoldTheTruthAboutAsOftenAsTheySay() {
    int held = 0;
    int studies = 300;
    for (int study = 0; study < studies; study++) {
      // Both are right on 60 % but for the coins, which are fair: the true gain is
      // 0.6·(-.05)+.4·.05
      DomainAnswers answers = answers("d", 1, 300, 0.6, 0.6, 1_000 + study);
      Interval gain = new PairedSeeds(400, study).of(answers).gain();
      held += gain.low() <= -0.01 && -0.01 <= gain.high() ? 1 : 0;
    }
    assertThat((double) held / studies).isBetween(0.90, 0.985);
  }

  @Test
  void oneSeedsPValueIsMcNemars() {
    DomainAnswers answers = answers("d", 1, 300, 0.5, 0.6, 3);
    TransferCounts counts = answers.counts();

    assertThat(TransferAnalysis.pValue(answers))
        .isEqualTo(
            McNemar.ofCounts((int) counts.interfered(), (int) counts.transferred()).pValue());
  }

  @Test
  void aLargeEffectIsSureAndNoEffectIsNot() {
    TransferAnalysis analysis =
        TransferAnalysis.of(
            List.of(
                answers("helped", 3, 400, 0.5, 0.7, 1),
                answers("same", 3, 400, 0.6, 0.6, 2),
                answers("hurt", 3, 400, 0.7, 0.5, 3)),
            BOOTSTRAP);

    assertThat(analysis.domains())
        .extracting(DomainTransfer::isSure)
        .containsExactly(true, false, true);
    assertThat(analysis.domains()).allMatch(d -> d.corrected() >= d.pValue());
    Recommendation advice =
        Recommendation.of(analysis, new ModelCost(3, 3_000), new ModelCost(1, 1_400));
    assertThat(advice.choice()).isEqualTo(Recommendation.SEPARATE);
    assertThat(advice.separated()).containsExactly("hurt");
    assertThat(advice.shared()).containsExactly("helped", "same");
    assertThat(advice.sentences().get(0))
        .isEqualTo("Separate hurt; let one model learn helped and same together.");
    assertThat(advice.sentences())
        .contains("One model has 1,400 trained numbers to store and keep up, 3 models have 3,000.");
  }

  @Test
  void withoutAnyEffectSharingIsAdvisedForItsCostAndNotForAccuracy() {
    TransferAnalysis analysis =
        TransferAnalysis.of(
            List.of(answers("one", 3, 400, 0.6, 0.605, 1), answers("two", 3, 400, 0.6, 0.61, 2)),
            BOOTSTRAP);
    assertThat(analysis.meanGain().excludesZero()).isFalse();

    Recommendation advice =
        Recommendation.of(analysis, new ModelCost(2, 2_000), new ModelCost(1, 1_100));

    assertThat(advice.choice()).isEqualTo(Recommendation.SHARE);
    assertThat(advice.sentences().get(0))
        .isEqualTo("Share: one model for all 2 domains, as it costs less.");
    assertThat(advice.sentences())
        .contains(
            "No domain gains or loses more than chance would make it, so accuracy speaks neither"
                + " for nor against sharing; cost does.");
  }

  @Test
  void whereAllLoseEachKeepsItsModel() {
    TransferAnalysis analysis =
        TransferAnalysis.of(
            List.of(answers("one", 3, 400, 0.8, 0.6, 1), answers("two", 3, 400, 0.8, 0.6, 2)),
            BOOTSTRAP);

    Recommendation advice =
        Recommendation.of(analysis, new ModelCost(2, 2_000), new ModelCost(1, 1_100));

    assertThat(advice.choice()).isEqualTo(Recommendation.APART);
    assertThat(advice.separated()).containsExactly("one", "two");
    assertThat(advice.sentences().get(0))
        .isEqualTo("Keep a model for each domain: learning together costs accuracy.");
  }

  @Test
  void theRowsNeededAreTheFewestOnWhichATestCouldFindSomething() {
    // 2 · 2⁻⁶ = 0.031 < 0.05 for one test of one seed.
    assertThat(TransferAnalysis.rowsNeeded(1, 1)).isEqualTo(6);
    int needed = TransferAnalysis.rowsNeeded(8, 3);
    assertThat(corrected(needed)).isLessThan(0.05);
    assertThat(corrected(needed - 1)).isGreaterThanOrEqualTo(0.05);
  }

  /** Of eight domains, one with all rows on one side in three seeds, and the others without. */
  private static double corrected(int rows) {
    boolean[][] wrong = new boolean[3][rows];
    boolean[][] right = new boolean[3][rows];
    for (boolean[] run : right) {
      Arrays.fill(run, true);
    }
    return 8 * TransferAnalysis.pValue(new DomainAnswers("d", wrong, right));
  }

  @Test
  void smallerDifferencesWantMoreRows() {
    assertThat(TransferAnalysis.rowsToSee(0.02, 0.1))
        .isGreaterThan(4 * TransferAnalysis.rowsToSee(0.05, 0.1))
        .isBetween(1_900, 2_000);
  }
}
