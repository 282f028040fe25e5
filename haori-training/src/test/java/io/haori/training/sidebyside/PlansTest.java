package io.haori.training.sidebyside;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.inference.tokens.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which rows meet in a batch, and which batches in a pass. */
class PlansTest {
  @Test
  void everyRowIsInOneBatchOfAnEpoch() {
    int[] lengths = new Random(3).ints(101, 3, 60).toArray();
    List<int[]> batches = DomainPlan.epoch(lengths, 16, 1, 2, 0);
    assertThat(batches).hasSize(7);
    assertThat(batches).allMatch(batch -> batch.length >= 11 && batch.length <= 15);
    assertThat(batches.stream().flatMapToInt(Arrays::stream).sorted().toArray())
        .isEqualTo(IntStream.range(0, 101).toArray());
    List<int[]> next = DomainPlan.epoch(lengths, 16, 1, 2, 1);
    assertThat(next.get(0)).isNotEqualTo(batches.get(0));
  }

  @Test
  void domainsOfOneRunMeetInBatchesOfAboutTheSameLengthForEach() {
    int[] one = new Random(3).ints(400, 3, 60).toArray();
    int[] other = new Random(4).ints(400, 3, 60).toArray();
    double together = distance(one, other, 1, 1);
    double apart = distance(one, other, 1, 2);
    assertThat(together).isLessThan(apart / 3);
  }

  private static double distance(int[] one, int[] other, long runOfOne, long runOfOther) {
    List<int[]> first = DomainPlan.epoch(one, 20, runOfOne, 5, 0);
    List<int[]> second = DomainPlan.epoch(other, 20, runOfOther, 6, 0);
    double sum = 0;
    for (int i = 0; i < first.size(); i++) {
      int a = Arrays.stream(first.get(i)).map(row -> one[row]).max().orElseThrow();
      int b = Arrays.stream(second.get(i)).map(row -> other[row]).max().orElseThrow();
      sum += Math.abs(a - b);
    }
    return sum;
  }

  private static TokenBatch batch(int rows, int length) {
    int[] lengths = new int[rows];
    Arrays.fill(lengths, length);
    return new TokenBatch(
        new long[rows * length], new long[rows * length], lengths, rows, length, lengths);
  }

  @Test
  void aWiderBaseTakesFewerTokensAtOnce() {
    assertThat(PassPlan.usualTokens(384, 1)).isEqualTo(1024);
    assertThat(PassPlan.usualTokens(384, 2)).isEqualTo(2048);
    assertThat(PassPlan.usualTokens(768, 2)).isEqualTo(1024);
    assertThat(PassPlan.usualTokens(1 << 20, 1)).isEqualTo(256);
  }

  @Test
  void domainsArePartedForTheRunLargestFirst() {
    List<Long> tokens = List.of(300L, 900L, 100L, 200L);
    assertThat(PassPlan.groups(tokens, 700)).containsExactly(List.of(1), List.of(0, 3, 2));
    assertThat(PassPlan.groups(tokens, 500)).containsExactly(List.of(1), List.of(0, 3), List.of(2));
    assertThat(PassPlan.groups(tokens, 1)).hasSize(4);
  }

  @Test
  void batchesShareAPassUpToItsBound() {
    List<TokenBatch> batches =
        List.of(batch(4, 10), batch(4, 10), batch(4, 10), batch(4, 10), batch(4, 10));
    assertThat(PassPlan.of(batches, 1000)).containsExactly(List.of(0, 1, 2, 3, 4));
    assertThat(PassPlan.of(batches, 80)).containsExactly(List.of(0, 1), List.of(2, 3), List.of(4));
    assertThat(PassPlan.of(batches, 1)).hasSize(5);
  }

  @Test
  void batchesOfAboutOneLengthGoTogether() {
    List<TokenBatch> batches = List.of(batch(8, 12), batch(8, 100), batch(8, 11), batch(8, 90));
    assertThat(PassPlan.of(batches, 1600)).containsExactly(List.of(1, 3), List.of(0, 2));
    assertThat(PassPlan.of(batches, 100_000)).containsExactly(List.of(0, 1, 2, 3));
  }

  @Test
  void everyBatchIsInOnePass() {
    Random random = new Random(8);
    for (int round = 0; round < 200; round++) {
      List<TokenBatch> batches = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(9); i++) {
        batches.add(batch(1 + random.nextInt(20), 1 + random.nextInt(128)));
      }
      List<List<Integer>> parts = PassPlan.of(batches, 2000);
      assertThat(parts.stream().flatMap(List::stream).sorted())
          .containsExactlyElementsOf(IntStream.range(0, batches.size()).boxed().toList());
      for (List<Integer> part : parts) {
        long tokens = part.stream().mapToLong(i -> batches.get(i).tokens()).sum();
        assertThat(part.size() == 1 || tokens <= 2000).isTrue();
      }
    }
  }
}
