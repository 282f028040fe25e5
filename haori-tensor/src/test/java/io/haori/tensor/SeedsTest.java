package io.haori.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.tensor.Seeds.Purpose;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class SeedsTest {
  private static final long[] SEEDS = {
    0, 1, 2, 42, 43, 1_000_003, 1_000_045, -1, Long.MIN_VALUE, 0x9E3779B97F4A7C15L
  };

  @Test
  void noTwoStreamsOfSeedsPurposesEpochsAndBatchesBeginAlike() {
    Set<Long> begun = new HashSet<>();
    int all = 0;
    for (long seed : SEEDS) {
      for (Purpose purpose : Purpose.values()) {
        begun.add(Seeds.of(seed, purpose));
        all++;
        for (int epoch = 0; epoch < 40; epoch++) {
          begun.add(Seeds.of(seed, purpose, epoch));
          all++;
          for (int batch = 0; batch < 40; batch++) {
            begun.add(Seeds.of(seed, purpose, epoch, batch));
            all++;
          }
        }
      }
    }
    assertThat(begun).hasSize(all);
  }

  @Test
  void noTwoDomainsBeginAlike() {
    List<String> names = new ArrayList<>(List.of("", "a", "aa", "b", "ab", "ba", "ライン"));
    for (int i = 0; i < 2000; i++) {
      names.add("line." + i);
      names.add("line_" + i);
    }
    Set<Long> begun = new HashSet<>();
    for (long seed : SEEDS) {
      names.forEach(name -> begun.add(Seeds.ofDomain(seed, name)));
      begun.add(Seeds.of(seed, Purpose.START));
    }
    assertThat(begun).hasSize(SEEDS.length * (names.size() + 1));
  }

  @Test
  void aStreamIsNoPartOfOneThatBeginsAtTheSeedItself() {
    for (long seed : SEEDS) {
      Set<Long> begun = new HashSet<>();
      for (Purpose purpose : Purpose.values()) {
        begun.add(Seeds.of(seed, purpose));
        begun.add(Seeds.of(seed, purpose, 0));
      }
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < 10_000; i++) {
        assertThat(begun).doesNotContain(random.nextLong());
      }
    }
  }

  @Test
  void everyBitOfACountChangesHalfOfTheSeed() {
    SplittableRandom random = new SplittableRandom(7);
    for (int bit = 0; bit < 64; bit++) {
      int changed = 0;
      for (int trial = 0; trial < 500; trial++) {
        long seed = random.nextLong();
        long count = random.nextLong();
        long one = Seeds.of(seed, Purpose.BATCH, count);
        long other = Seeds.of(seed, Purpose.BATCH, count ^ (1L << bit));
        changed += Long.bitCount(one ^ other);
      }
      assertThat(changed / 500.0).as("bit %d", bit).isBetween(30.0, 34.0);
    }
  }
}
