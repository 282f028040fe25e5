package io.haori.training.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.tensor.Engine;
import io.haori.training.checkpoint.Checkpoints;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own can show. */
class ProcessTest {
  private static final int KILLED = 128 + 9;

  @TempDir Path folder;

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void aProcessKilledInTheMiddleOfTrainingIsResumedToTheSameBits() throws Exception {
    Path place = folder.resolve("checkpoint");
    Engine.setThreads(1);
    killAtStep(50, place);
    killAtStep(151, place);
    String resumed;
    try (TinyTask task = TinyTask.small()) {
      Checkpoints checkpoints = new Checkpoints(place, ChildProcess.SETTINGS);
      assertThat(new TrainingLoop(ChildProcess.LONG, task).run(checkpoints, true).steps())
          .isEqualTo(400);
      resumed = HexFormat.of().formatHex(task.bytes());
    }
    try (TinyTask task = TinyTask.small()) {
      new TrainingLoop(ChildProcess.LONG, task).run();
      assertThat(resumed).isEqualTo(HexFormat.of().formatHex(task.bytes()));
    }
  }

  /** Kills a process once it reported a step, while it continues. */
  private static void killAtStep(int step, Path place) throws IOException, InterruptedException {
    Process process = ChildProcess.start("resume", place.toString());
    try (BufferedReader lines = process.inputReader()) {
      assertThat(lines.lines().anyMatch(line -> line.equals("step " + step))).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).isEqualTo(KILLED);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void memoryStaysFlatOverThreeHundredSteps() throws Exception {
    List<Long> kilobytes = new ArrayList<>();
    Process process = ChildProcess.start("memory");
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        kilobytes.add(Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)));
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).isZero();
    assertThat(kilobytes).hasSize(300).allMatch(value -> value > 100_000);
    List<Long> warm = kilobytes.subList(50, 300);
    long least = warm.stream().mapToLong(Long::longValue).min().orElseThrow();
    long most = warm.stream().mapToLong(Long::longValue).max().orElseThrow();
    assertThat((double) most / least).isLessThan(1.1);
  }
}
