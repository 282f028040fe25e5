package io.haori.analysis.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.haori.analysis.statistics.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What groups are worth, which partition is best, where capacity is enough. */
class GroupingTest {
  private static double[][] pairs(int domains, long seed) {
    Random random = new Random(seed);
    double[][] pairs = new double[domains][domains];
    for (double[] row : pairs) {
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextGaussian() / 50;
      }
    }
    return pairs;
  }

  /** Every partition, written out. */
  private static double bestOfAll(GroupValue value, int models) {
    double[] best = {Double.NEGATIVE_INFINITY};
    place(value, models, 0, new ArrayList<>(), best);
    return best[0] / value.domains();
  }

  private static void place(
      GroupValue value, int models, int domain, List<List<Integer>> groups, double[] best) {
    if (domain == value.domains()) {
      if (groups.size() == models) {
        best[0] = Math.max(best[0], groups.stream().mapToDouble(value::of).sum());
      }
      return;
    }
    for (int i = 0; i <= groups.size() && i < models; i++) {
      List<List<Integer>> next = new ArrayList<>();
      groups.forEach(group -> next.add(new ArrayList<>(group)));
      if (i == groups.size()) {
        next.add(new ArrayList<>());
      }
      next.get(i).add(domain);
      place(value, models, domain + 1, next, best);
    }
  }

  @Property(tries = 60)
  void exhaustiveSearchFindsWhatWritingOutAllPartitionsFinds(
      @ForAll @IntRange(min = 2, max = 7) int domains,
      @ForAll @IntRange(min = 1, max = 7) int models,
      @ForAll long seed) {
    int asked = Math.min(domains, models);
    GroupValue value = new GroupValue(pairs(domains, seed));

    Grouping found = Grouping.best(value, asked);

    assertThat(found.exhaustive()).isTrue();
    assertThat(found.groups()).hasSize(asked);
    assertThat(found.groups().stream().flatMap(List::stream).sorted())
        .containsExactlyElementsOf(IntStream.range(0, domains).boxed().toList());
    assertThat(found.expectedGain()).isCloseTo(bestOfAll(value, asked), within(1e-12));
    assertThat(found.groups().stream().mapToDouble(value::of).sum() / domains)
        .isCloseTo(found.expectedGain(), within(1e-12));
    assertThat(Grouping.agglomerative(value, asked).expectedGain())
        .isLessThanOrEqualTo(found.expectedGain() + 1e-12);
  }

  @Test
  void twoCampsThatHelpThemselvesAndHurtEachOtherAreFound() {
    double[][] pairs = new double[14][14];
    for (int i = 0; i < 14; i++) {
      for (int j = 0; j < 14; j++) {
        pairs[i][j] = i % 2 == j % 2 ? 0.03 : -0.02;
      }
    }

    Grouping beyond = Grouping.best(new GroupValue(pairs), 2);

    assertThat(beyond.exhaustive()).isFalse();
    assertThat(beyond.groups())
        .containsExactly(List.of(0, 2, 4, 6, 8, 10, 12), List.of(1, 3, 5, 7, 9, 11, 13));
    assertThat(beyond.expectedGain()).isCloseTo(0.03, within(1e-12));
  }

  @Test
  void groupsThatWereMeasuredAreWorthWhatWasMeasured() {
    int domains = 5;
    double[][] pairs = pairs(domains, 1);
    double[][] contributions = pairs(domains, 2);
    double[] all = pairs(domains, 3)[0];
    GroupValue value = new GroupValue(pairs, contributions, all);

    assertThat(value.of(2, List.of(2))).isZero();
    assertThat(value.of(2, List.of(2, 4))).isEqualTo(pairs[4][2]);
    assertThat(value.of(2, List.of(0, 1, 2, 3, 4))).isEqualTo(all[2]);
    assertThat(value.of(2, List.of(0, 1, 2, 4))).isEqualTo(all[2] - contributions[3][2]);
    double below = (pairs[0][2] + pairs[4][2]) / 2;
    double above = all[2] - contributions[1][2] - contributions[3][2];
    assertThat(value.of(2, List.of(0, 2, 4))).isCloseTo((below + above) / 2, within(1e-15));
  }

  @Test
  void aNumberOfModelsThatCannotBeIsRefused() {
    GroupValue value = new GroupValue(pairs(3, 1));
    assertThatThrownBy(() -> Grouping.best(value, 4)).hasMessage("4 models for 3 domains");
    assertThatThrownBy(() -> Grouping.best(value, 0)).hasMessage("0 models for 3 domains");
  }

  @Test
  void capacityIsEnoughWhereAccuracyIsWithinTheIntervalOfTheBest() {
    List<Interval> rising =
        List.of(
            new Interval(0.70, 0.68, 0.72),
            new Interval(0.78, 0.76, 0.80),
            new Interval(0.80, 0.78, 0.82),
            new Interval(0.805, 0.785, 0.825));
    assertThat(Plateau.stop(rising)).isEqualTo(2);
    assertThat(Plateau.stop(rising.subList(0, 1))).isZero();
    assertThat(Plateau.stop(List.of(rising.get(3), rising.get(0)))).isZero();
  }

  @Test
  void effectsOfPureChanceAreNotReliableAndLargeOnesAre() {
    List<String> names = List.of("a", "b", "c", "d");
    PairedSeeds bootstrap = new PairedSeeds(300, 1);
    EffectMatrix chance =
        EffectMatrix.of(
            names,
            (with, on) -> TransferTest.answers("x", 2, 400, 0.5, 0.5, 31L * with + on),
            bootstrap);
    EffectMatrix strong =
        EffectMatrix.of(
            names,
            (with, on) ->
                TransferTest.answers("x", 2, 400, 0.5, with < on ? 0.65 : 0.4, 31L * with + on),
            bootstrap);

    assertThat(chance.sureEffects()).isLessThanOrEqualTo(1);
    assertThat(chance.reliability()).isLessThan(0.6);
    assertThat(strong.sureEffects()).isEqualTo(12);
    assertThat(strong.reliability()).isGreaterThan(0.95);
    assertThat(strong.gains()[0][1]).isPositive();
    assertThat(strong.gains()[1][0]).isNegative();
    assertThat(strong.gains()[2][2]).isNaN();
    assertThat(strong.cells().get(2).get(2)).isNull();
  }
}
