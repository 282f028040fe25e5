package io.haori.training.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.haori.core.check.UserError;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which precision and threads follow from times. */
final class MachineChoiceTest {
  private static final ComputeSetting AUTOMATIC = new ComputeSetting("bf16", 2);

  private static List<RunTime> runs(double fp32One, double fp32Two, double low1, double low2) {
    return List.of(
        new RunTime("fp32", 1, 4096, fp32One, 1024, fp32One / 10),
        new RunTime("fp32", 2, 4096, fp32Two, 1024, fp32Two / 10),
        new RunTime("bf16", 1, 4096, low1, 1024, low1 / 10),
        new RunTime("bf16", 2, 4096, low2, 1024, low2 / 10));
  }

  @ParameterizedTest
  @CsvSource({
    "1200, 700, 600, 310, bf16, 2",
    "1200, 320, 600, 310, fp32, 2",
    "320, 312, 600, 310, fp32, 1",
    "1200, 700, 310, 312, bf16, 1",
    "1200, 700, 305, 290, bf16, 2",
    "400, 450, 900, 800, fp32, 1",
  })
  void theQuickestStepIsTakenAndAmongEqualsTheMostExactWithFewestThreads(
      double fp32One, double fp32Two, double low1, double low2, String precision, int threads) {
    MachineChoice choice = MachineChoice.of(runs(fp32One, fp32Two, low1, low2), AUTOMATIC);

    assertThat(choice.setting()).isEqualTo(new ComputeSetting(precision, threads));
  }

  @Test
  void theReasonsHaveTheTimes() {
    assertThat(MachineChoice.of(runs(1200, 700, 600, 310), AUTOMATIC).reasons())
        .containsExactly(
            "With bf16 a training step takes 310 ms and a classification pass 31.0 ms; with fp32"
                + " 700 ms and 70.0 ms.",
            "A training step takes 0.52 times as long with 2 threads as with one thread (310 ms,"
                + " 600 ms).",
            "Commands take bf16 and 2 threads by themselves.");
    assertThat(MachineChoice.of(runs(40, 45, 90, 80), AUTOMATIC).reasons())
        .containsExactly(
            "With fp32 a training step takes 40.0 ms and a classification pass 4.00 ms; with bf16"
                + " 90.0 ms and 9.00 ms, and it is less exact.",
            "A training step takes 0.89 times as long with one thread as with 2 threads (40.0 ms,"
                + " 45.0 ms).",
            "Commands take bf16 and 2 threads by themselves; their training step takes 2.00 times"
                + " as long.");
  }

  @Test
  void integersAreTakenWhereTheyAreQuickerAndTheReaderIsWarned() {
    MachineChoice choice =
        MachineChoice.of(
            List.of(
                new RunTime("bf16", 2, 4096, 310, 1024, 30),
                new RunTime("int8", 2, 4096, 220, 1024, 20)),
            AUTOMATIC);

    assertThat(choice.setting()).isEqualTo(new ComputeSetting("int8", 2));
    assertThat(choice.reasons())
        .containsExactly(
            "With int8 a training step takes 220 ms and a classification pass 20.0 ms; with bf16"
                + " 310 ms and 30.0 ms.",
            "int8 rounds the base's matrices: compare a run's scores with those of another"
                + " precision before you rely on it.",
            "Commands take bf16 and 2 threads by themselves; their training step takes 1.41 times"
                + " as long.",
            "No command takes int8 by itself: it is worth its rounding where its training step"
                + " takes at most 0.80 of the quickest other one's; here it takes 0.71, so that it"
                + " is worth a comparison of scores.");
  }

  /** The quickest of all threads is what integers must be compared with. */
  @Test
  void integersThatSaveLittleAreNotWorthTheirRounding() {
    List<RunTime> runs = new ArrayList<>(runs(1200, 700, 600, 310));
    runs.add(new RunTime("int8", 1, 4096, 400, 1024, 40));
    runs.add(new RunTime("int8", 2, 4096, 272.8, 1024, 30));

    assertThat(MachineChoice.of(runs, AUTOMATIC).reasons())
        .last()
        .isEqualTo(
            "No command takes int8 by itself: it is worth its rounding where its training step"
                + " takes at most 0.80 of the quickest other one's; here it takes 0.88.");
  }

  @Test
  void aReasonMayBeAdded() {
    MachineChoice choice = MachineChoice.of(runs(1200, 700, 600, 310), AUTOMATIC);

    assertThat(choice.with("And one more.").reasons())
        .hasSize(choice.reasons().size() + 1)
        .endsWith("And one more.");
  }

  @Test
  void oneMeasurementIsTheChoice() {
    MachineChoice choice =
        MachineChoice.of(
            List.of(new RunTime("fp32", 1, 4096, 5, 1024, 1)), new ComputeSetting("bf16", 4));

    assertThat(choice.setting()).isEqualTo(new ComputeSetting("fp32", 1));
    assertThat(choice.reasons()).containsExactly("Commands take bf16 and 4 threads by themselves.");
  }

  @Test
  void nothingMeasuredIsRefused() {
    assertThatThrownBy(() -> MachineChoice.of(List.of(), AUTOMATIC))
        .isInstanceOf(UserError.class)
        .hasMessage("runs must be at least one, got 0");
  }

  @Test
  void threadsAreDoubledUpToAll() {
    assertThat(MachineMeter.threadCounts(1)).containsExactly(1);
    assertThat(MachineMeter.threadCounts(2)).containsExactly(1, 2);
    assertThat(MachineMeter.threadCounts(6)).containsExactly(1, 2, 4, 6);
    assertThat(MachineMeter.threadCounts(8)).containsExactly(1, 2, 4, 8);
  }
}
