package io.haori.adapter.modular;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which components stay, and when that is decided. */
class AllocationTest {
  @Test
  void whatIsWorthMostForANumberStays() {
    Components components = new Components();
    components.add(new float[] {8, 1, 3}, 2);
    components.add(new float[] {9, 30}, 10);
    assertThat(components.cost()).isEqualTo(26);
    assertThat(components.keptWithin(26)).containsExactly(new float[] {1, 1, 1}, ones(2));
    assertThat(components.keptWithin(14)).containsExactly(new float[] {1, 0, 1}, second());
    // The dear one no longer fits: the budget goes to what does.
    assertThat(components.keptWithin(9)).containsExactly(new float[] {1, 1, 1}, new float[2]);
    assertThat(components.keptWithin(2)).containsExactly(new float[] {1, 0, 0}, new float[2]);
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static float[] second() {
    return new float[] {0, 1};
  }

  @Test
  void equalScoresKeepTheOrderOfTheLayers() {
    Components components = new Components();
    components.add(new float[] {1, 1}, 3);
    components.add(new float[] {1, 1}, 3);
    assertThat(components.keptWithin(9)).containsExactly(new float[] {1, 1}, new float[] {1, 0});
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 20, 63, 1000})
  void everyTrainingEndsWithinItsBudget(int steps) {
    AllocationSchedule schedule = AllocationSchedule.over(steps);
    List<Integer> allocations =
        IntStream.rangeClosed(1, steps).filter(schedule::allocatesAfter).boxed().toList();
    assertThat(allocations).isNotEmpty().hasSizeLessThanOrEqualTo(20);
    int last = allocations.get(allocations.size() - 1);
    assertThat(schedule.settledAfter(last)).isTrue();
    assertThat(schedule.allowed(last, 1000, 100)).isEqualTo(100);
    assertThat(schedule.settledAfter(last - 1)).isFalse();
    assertThat(last).isLessThanOrEqualTo(Math.max(1, steps * 6 / 10));
    List<Long> allowed =
        allocations.stream().map(step -> schedule.allowed(step, 1000, 100)).toList();
    assertThat(allowed).isSortedAccordingTo((a, b) -> Long.compare(b, a));
    assertThat(allowed.get(0)).isLessThan(1000);
  }

  @Test
  void theScheduleIsCubic() {
    AllocationSchedule schedule = AllocationSchedule.over(100);
    assertThat(schedule).isEqualTo(new AllocationSchedule(20, 60, 4));
    assertThat(schedule.allowed(40, 1000, 200)).isEqualTo(200 + 800 / 8);
  }
}
