package io.haori.training.loop;

import io.haori.tensor.Engine;
import io.haori.training.checkpoint.Checkpoints;
import io.haori.training.checkpoint.RunSettings;
import io.haori.training.optim.AdamWConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A program that trains a {@link TinyTask} in a process of its own and prints a line a step. */
final class ChildProcess {
  private ChildProcess() {}

  static final RunSettings SETTINGS = RunSettings.NONE.and(Map.of("lora.rank", 8));

  /** Four hundred steps: a process that is killed is never at its end by chance. */
  static final LoopConfig LONG =
      LoopConfig.DEFAULT
          .withEpochs(80)
          .withCheckpointEverySteps(3)
          .withOptimizer(AdamWConfig.DEFAULT.withLearningRate(0.02));

  /** Three hundred steps without checkpoints, wide enough that a lost tensor a step shows. */
  static final LoopConfig WIDE = LoopConfig.DEFAULT.withEpochs(10);

  static TinyTask wide() {
    return new TinyTask(7, 30, 64, 256, 512);
  }

  /** Starts it in a Java of the same version and class path. */
  static Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    // The heap is small and touched at once, so that what grows is native memory.
    command.addAll(List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch"));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), ChildProcess.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Trains as the first argument says: {@code memory}, or {@code resume} with a folder. */
  public static void main(String[] arguments) {
    boolean memory = arguments[0].equals("memory");
    LoopListener printing =
        new LoopListener() {
          @Override
          public void onStep(Step step) {
            System.out.println("step " + step.step() + (memory ? " " + residentKilobytes() : ""));
          }
        };
    Engine.setThreads(1);
    if (memory) {
      try (TinyTask task = wide()) {
        new TrainingLoop(WIDE, task, printing, () -> false, System::nanoTime).run();
      }
    } else {
      try (TinyTask task = TinyTask.small()) {
        new TrainingLoop(LONG, task, printing, () -> false, System::nanoTime)
            .run(new Checkpoints(Path.of(arguments[1]), SETTINGS), true);
      }
    }
  }

  private static long residentKilobytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
      throw new IllegalStateException("no VmRSS in /proc/self/status");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
