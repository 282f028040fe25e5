package io.haori.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunSettingsTest {
  private static final RunSettings RUN =
      RunSettings.of(Map.of("a", 1, "b", 0.5, "c", "x"), Map.of("a", 2, "b", 0.5, "d", true));

  @Test
  void agreeWithThemselvesAsTextsToo() {
    assertThat(RUN.differences(Map.of("a", 1, "b", 0.5, "c", "x"))).isEmpty();
    assertThat(RUN.differences(RUN.values())).isEmpty();
  }

  @Test
  void whatWasNotStoredHadItsDefault() {
    assertThat(RUN.differences(Map.of("a", 1, "c", "x"))).isEmpty();
    assertThat(RUN.differences(Map.of("b", 0.5, "c", "x"))).containsExactly("a was 2 and is 1");
  }

  @Test
  void nameEachDifferenceInTheOrderOfTheNames() {
    assertThat(RUN.differences(Map.of("z", 3, "b", 0.25, "a", 1)))
        .containsExactly(
            "b was 0.25 and is 0.5", "c was not set and is x", "z was 3 and is not set");
  }

  @Test
  void aStoredValueThatIsADefaultTodayStillDiffersWhereTheRunHasNone() {
    assertThat(RUN.differences(Map.of("a", 1, "b", 0.5, "c", "x", "d", true)))
        .containsExactly("d was true and is not set");
  }

  @Test
  void moreReplacesValuesAndLeavesDefaults() {
    RunSettings more = RUN.and(RunSettings.of(Map.of("a", 9, "e", 4), Map.of("a", 7, "e", 4)));
    assertThat(more.values()).isEqualTo(Map.of("a", "9", "b", "0.5", "c", "x", "e", "4"));
    assertThat(more.defaults()).isEqualTo(Map.of("a", "2", "b", "0.5", "d", "true", "e", "4"));
  }

  @Test
  void whatChangesNoResultMayBeTakenOut() {
    RunSettings rest = RUN.without(Set.of("a", "c"));
    assertThat(rest.differences(Map.of("b", 0.5))).isEmpty();
  }
}
