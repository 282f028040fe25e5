package io.haori.inference.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchPlanTest {
  @Property(tries = 300)
  void everyRowIsInOneBatchOfAnEpoch(
      @ForAll @Size(max = 300) List<@IntRange(min = 1, max = 128) Integer> rowLengths,
      @ForAll @IntRange(min = 1, max = 40) int batchSize,
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 9) int epoch) {
    int[] lengths = rowLengths.stream().mapToInt(Integer::intValue).toArray();

    for (BatchPlan plan :
        List.of(
            BatchPlan.training(lengths, batchSize, seed, epoch),
            BatchPlan.evaluation(lengths, batchSize))) {
      assertThat(plan.batches().stream().flatMapToInt(Arrays::stream).sorted().toArray())
          .isEqualTo(IntStream.range(0, lengths.length).toArray());
      assertThat(plan.batches().stream().filter(b -> b.length != batchSize).count())
          .isEqualTo(lengths.length % batchSize == 0 ? 0 : 1);
      assertThat(plan.paddingShare()).isBetween(0.0, 1.0);
    }
  }

  @Property(tries = 50)
  void theSameSeedAndEpochGiveTheSamePlan(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 9) int epoch) {
    int[] lengths = someLengths(200);

    assertThat(batches(BatchPlan.training(lengths, 16, seed, epoch)))
        .isEqualTo(batches(BatchPlan.training(lengths, 16, seed, epoch)));
  }

  @Test
  void theNextEpochAndAnotherSeedMixTheRowsAnew() {
    int[] lengths = someLengths(200);
    List<List<Integer>> plan = batches(BatchPlan.training(lengths, 16, 42, 0));

    assertThat(batches(BatchPlan.training(lengths, 16, 42, 1))).doesNotContainAnyElementsOf(plan);
    assertThat(batches(BatchPlan.training(lengths, 16, 43, 0))).doesNotContainAnyElementsOf(plan);
  }

  @Test
  void rowsOfABatchAreAboutEquallyLong() {
    int[] lengths = someLengths(4_000);
    int longest = Arrays.stream(lengths).max().orElseThrow();
    double paddedToTheLongest =
        1 - (double) Arrays.stream(lengths).sum() / ((long) longest * lengths.length);

    assertThat(paddedToTheLongest).isGreaterThan(0.4);
    assertThat(BatchPlan.training(lengths, 32, 1, 0).paddingShare()).isLessThan(0.05);
    assertThat(BatchPlan.evaluation(lengths, 32).paddingShare()).isLessThan(0.01);
  }

  @ParameterizedTest
  @CsvSource({
    "300, 10, 128 128 44",
    "130, 64, 128 2",
    "130, 65, 126 4",
    "40, 512, 16 16 8",
    "3, 9000, 1 1 1",
    "1, 1, 1",
    "0, 1, ''"
  })
  void evaluationTakesAsManyRowsAsTheirTokensAllow(int rows, int length, String sizes) {
    int[] lengths = new int[rows];
    Arrays.fill(lengths, length);

    List<int[]> plan = BatchPlan.evaluation(lengths).batches();

    assertThat(plan.stream().map(batch -> "" + batch.length).collect(Collectors.joining(" ")))
        .isEqualTo(sizes);
    assertThat(plan.stream().flatMapToInt(Arrays::stream).sorted().toArray())
        .isEqualTo(IntStream.range(0, rows).toArray());
  }

  @Test
  void evaluationBoundsTheSumOfUnequalLengths() {
    assertThat(batches(BatchPlan.evaluation(new int[] {5000, 4000, 3, 4190, 2})))
        .containsExactly(List.of(0), List.of(3, 1), List.of(2, 4));
  }

  @Test
  void evaluationBeginsWithTheLongestRows() {
    assertThat(batches(BatchPlan.evaluation(new int[] {3, 9, 5, 9, 1}, 2)))
        .containsExactly(List.of(1, 3), List.of(2, 0), List.of(4));
  }

  @Test
  void anEpochDoesNotRunFromShortToLong() {
    int[] lengths = someLengths(4_000);

    assertThat(BatchPlan.training(lengths, 32, 1, 0).batches())
        .extracting(batch -> lengths[batch[0]])
        .isNotEqualTo(
            BatchPlan.training(lengths, 32, 1, 0).batches().stream()
                .map(batch -> lengths[batch[0]])
                .sorted()
                .toList());
  }

  @Test
  void aBatchMayBeLargerThanTheData() {
    int[] lengths = {3, 1, 2};

    assertThat(batches(BatchPlan.training(lengths, Integer.MAX_VALUE, 1, 0)))
        .containsExactly(List.of(1, 2, 0));
    assertThat(batches(BatchPlan.evaluation(lengths, Integer.MAX_VALUE)))
        .containsExactly(List.of(0, 2, 1));
  }

  @Test
  void refusesBatchesWithoutRows() {
    assertThatThrownBy(() -> BatchPlan.evaluation(new int[] {1}, 0))
        .hasMessage("batchSize must be at least 1, got 0");
  }

  private static List<List<Integer>> batches(BatchPlan plan) {
    return plan.batches().stream().map(batch -> Arrays.stream(batch).boxed().toList()).toList();
  }

  private static int[] someLengths(int rows) {
    var random = new Random(5);
    return IntStream.generate(() -> 4 + random.nextInt(60)).limit(rows).toArray();
  }
}
