package io.haori.adapter.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class PruningScheduleTest {
  @Example
  void cubicTakesMostAtFirst() {
    PruningSchedule schedule = new PruningSchedule(PruningSchedule.Shape.CUBIC, 0.2, 0.6);
    assertThat(schedule.sparsity(1, 10, 0.8)).isZero();
    assertThat(schedule.sparsity(2, 10, 0.8)).isZero();
    assertThat(schedule.sparsity(3, 10, 0.8)).isCloseTo(0.8 * (1 - 27 / 64.0), within(1e-12));
    assertThat(schedule.sparsity(4, 10, 0.8)).isCloseTo(0.8 * (1 - 1 / 8.0), within(1e-12));
    assertThat(schedule.sparsity(6, 10, 0.8)).isEqualTo(0.8);
  }

  @Example
  void oneShotTakesAllAtOnce() {
    PruningSchedule schedule = new PruningSchedule(PruningSchedule.Shape.ONESHOT, 0.5, 1);
    assertThat(schedule.sparsity(4, 10, 0.8)).isZero();
    assertThat(schedule.sparsity(5, 10, 0.8)).isEqualTo(0.8);
  }

  @Property
  void neverFallsAndEndsAtTheTarget(
      @ForAll PruningSchedule.Shape shape,
      @ForAll @DoubleRange(max = 0.99) double from,
      @ForAll @DoubleRange(min = 0.01, max = 1) double width,
      @ForAll @DoubleRange(max = 1, maxIncluded = false) double target,
      @ForAll @IntRange(min = 1, max = 300) int steps) {
    PruningSchedule schedule = new PruningSchedule(shape, from, Math.min(1, from + width));
    double before = 0;
    for (int step = 1; step <= steps; step++) {
      double now = schedule.sparsity(step, steps, target);
      assertThat(now).isBetween(before, target);
      before = now;
    }
    assertThat(before).isEqualTo(target);
  }
}
