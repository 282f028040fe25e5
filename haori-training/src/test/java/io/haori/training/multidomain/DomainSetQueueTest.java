package io.haori.training.multidomain;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.training.comparison.ComparisonListener;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Who gets which model. */
class DomainSetQueueTest {
  private final List<Long> reported = new ArrayList<>();

  private DomainSetQueue queue(int workers, long before, long... works) {
    List<PlannedDomainSet> plans =
        LongStream.of(works)
            .mapToObj(
                work ->
                    new PlannedDomainSet(
                        List.of(0),
                        List.of("cars"),
                        DomainFolders.settings(Weighting.UNIFORM, HeadChoice.OWN),
                        "digest",
                        work))
            .toList();
    return new DomainSetQueue(
        plans,
        workers,
        before,
        new ComparisonListener() {
          @Override
          public void onProgress(long workDone, String detail) {
            reported.add(workDone);
          }
        });
  }

  private static long next(DomainSetQueue queue, double own) {
    return queue.next(own).map(PlannedDomainSet::work).orElse(0L);
  }

  @Test
  void theLongestComeFirst() {
    DomainSetQueue queue = queue(1, 0, 1, 3, 2);
    assertThat(next(queue, 0)).isEqualTo(3);
    assertThat(next(queue, 3)).isEqualTo(2);
    assertThat(next(queue, 5)).isEqualTo(1);
    assertThat(next(queue, 0)).isZero();
  }

  @Test
  void aWorkerWithItsShareGetsNoMoreButAnIdleOneAlwaysDoes() {
    DomainSetQueue queue = queue(2, 0, 8, 1, 1, 1, 1, 1, 1, 1, 1);
    assertThat(next(queue, 0)).isEqualTo(8);
    assertThat(next(queue, 8)).isZero();
    for (int own = 0; own < 4; own++) {
      assertThat(next(queue, own)).isEqualTo(1);
    }
    // The first worker has done half of its model, the other all four: six are left, three for
    // each.
    queue.add(8, "");
    assertThat(next(queue, 4)).isZero();
    assertThat(next(queue, 0)).isEqualTo(1);
  }

  @Test
  void whatTheWorkersHaveDoneIsOneNumber() {
    DomainSetQueue queue = queue(2, 100, 8, 4);
    queue.add(2.5, "one worker");
    queue.add(3.25, "the other");
    assertThat(reported).containsExactly(103L, 106L);
  }
}
