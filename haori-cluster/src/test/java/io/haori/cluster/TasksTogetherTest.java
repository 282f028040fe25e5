package io.haori.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * One fit by two tasks, {@code tune --on local[2] --data-parallel 2}, on Spark's real class path.
 */
class TasksTogetherTest {
  /** Of a fit that is long enough to be interrupted. */
  private static final int EPOCHS = 100;

  @TempDir static Path shared;
  private static List<String> jars;
  private static Path base;

  /** What that fit comes to when nothing interrupts it, in {@code shared/whole}. */
  private static Program.Ran whole;

  @TempDir Path folder;

  @BeforeAll
  static void makeJarsAndFit() throws IOException, InterruptedException {
    jars = SparkJars.haori(shared);
    base = TinyDomains.base(shared);
    TinyBase.data(shared.resolve("data"), 24, false);
    whole =
        new Program(shared, jars)
            .run(tune(EPOCHS, "whole", "--on", "local[2]", "--data-parallel", "2"));
    assertThat(whole.code()).as(whole.err()).isZero();
  }

  private Program program() {
    return new Program(folder, jars);
  }

  private Program.Ran run(String... arguments) throws IOException, InterruptedException {
    return program().run(arguments);
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }

  private static String[] tune(String out, String... more) {
    return tune(3, out, more);
  }

  private static String[] tune(int epochs, String out, String... more) {
    String[] tune = {
      "tune",
      "--base",
      base.toString(),
      "--data",
      "data",
      "--method",
      "lora",
      "--epochs",
      String.valueOf(epochs),
      "--batch-size",
      "5",
      "--max-length",
      "16",
      "--threads",
      "1",
      // What is compared up to rounding must not round as coarsely as BF16, the usual on some
      // machines.
      "--precision",
      "fp32",
      "--json",
      "--out",
      out
    };
    return with(tune, more);
  }

  @Test
  void oneFitByTwoTasksIsTheFitOfOneProcessUpToRounding() throws Exception {
    TinyBase.data(folder.resolve("data"), 24, false);
    Program.Ran here = run(tune("here"));
    assertThat(here.code()).as(here.err()).isZero();

    Program.Ran there = run(tune("there", "--on", "local[2]", "--data-parallel", "2"));

    assertThat(there.code()).as(there.err()).isZero();
    JsonNode alone = new ObjectMapper().readTree(here.out());
    JsonNode together = new ObjectMapper().readTree(there.out());
    assertThat(together.path("test")).isEqualTo(alone.path("test"));
    assertThat(together.path("epochs")).isEqualTo(alone.path("epochs"));
    List<Double> mine = losses(folder.resolve("here"));
    List<Double> theirs = losses(folder.resolve("there"));
    assertThat(theirs).hasSize(3);
    for (int epoch = 0; epoch < 3; epoch++) {
      assertThat(theirs.get(epoch)).isCloseTo(mine.get(epoch), within(1e-4));
    }
    assertThat(theirs).isNotEqualTo(mine);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signals")
  void anInterruptedFitOfTwoTasksContinuesToTheSameNumbers() throws Exception {
    TinyBase.data(folder.resolve("data"), 24, false);
    String[] together = {"--on", "local[2]", "--data-parallel", "2", "--store", "store"};
    Program.Running running = program().start(tune(EPOCHS, "out", together));
    int saved = Program.awaitCheckpoint(folder.resolve("store"), running, 3);
    running.process().destroy();
    Program.Ran stopped = running.end();

    assertThat(stopped.err())
        .contains("Interrupted in the fit; saved. Continue with: ")
        .contains("--data-parallel 2 --store store --resume");
    assertThat(folder.resolve("out/checkpoint/checkpoint.json")).exists();
    // What is done is not in the way of anybody.
    assertThat(folder.resolve("store/stops")).isEmptyDirectory();
    assertThat(folder.resolve("store/checkpoints")).isEmptyDirectory();

    Program.Ran resumed = run(with(tune(EPOCHS, "out", together), "--resume"));
    requireContinued(resumed, saved);
    assertThat(losses(folder.resolve("out")))
        .hasSize(EPOCHS)
        .isEqualTo(losses(shared.resolve("whole")));
    assertThat(new ObjectMapper().readTree(resumed.out()).path("test"))
        .isEqualTo(new ObjectMapper().readTree(whole.out()).path("test"));
    assertThat(folder.resolve("out/checkpoint")).doesNotExist();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signals")
  void aFitWhoseProgramIsKilledContinuesFromTheStore() throws Exception {
    TinyBase.data(folder.resolve("data"), 24, false);
    String[] together = {"--on", "local[2]", "--data-parallel", "2", "--store", "store"};
    Program.Running running = program().start(tune(EPOCHS, "out", together));
    Program.awaitCheckpoint(folder.resolve("store"), running, 3);
    running.process().destroyForcibly();
    assertThat(running.end().code()).isNotZero();
    int saved = Program.newest(folder.resolve("store/checkpoints"));
    assertThat(folder.resolve("out/checkpoint")).doesNotExist();

    Program.Ran resumed = run(with(tune(EPOCHS, "out", together), "--resume"));

    requireContinued(resumed, saved);
    assertThat(losses(folder.resolve("out")))
        .hasSize(EPOCHS)
        .isEqualTo(losses(shared.resolve("whole")));
  }

  /** A fit that begins anew comes to the same numbers, but says that it has done less before. */
  private static void requireContinued(Program.Ran resumed, int epochs) {
    assertThat(resumed.code()).as(resumed.err()).isZero();
    int first = Program.progress(resumed.err()).stream().filter(done -> done > 0).findFirst().get();
    assertThat(first).isGreaterThanOrEqualTo(1000 * epochs / EPOCHS);
  }

  /** The losses of the epochs of an adapter. */
  private static List<Double> losses(Path adapter) throws IOException {
    List<Double> losses = new ArrayList<>();
    new ObjectMapper()
        .readTree(adapter.resolve("haori.json").toFile())
        .findValues("loss")
        .forEach(loss -> losses.add(loss.asDouble()));
    return losses;
  }

  @Test
  void aTaskThatIsTooSlowForTheOthersIsOneSentence() throws Exception {
    TinyBase.data(folder.resolve("data"), 24, false);

    Program.Ran ran =
        run(tune("out", "--on", "local[2]", "--data-parallel", "2", "--member-timeout", "0.001"));

    assertThat(ran.err())
        .containsPattern(
            "Member [01] of 2 waited 0.001 s for the others, of whom one is too slow or lost\n$");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(folder.resolve("out/haori.json")).doesNotExist();
  }

  @Test
  void mistakesAboutTasksTogetherAreOneSentenceEach() throws Exception {
    TinyBase.data(folder.resolve("data"), 24, false);
    assertThat(run(tune("out", "--data-parallel", "2")).err())
        .isEqualTo("--on must be given with --data-parallel, got nothing\n");
    assertThat(run(tune("out", "--member-timeout", "5")).err())
        .isEqualTo("--member-timeout must be given with --data-parallel, got 5.0\n");
    assertThat(run(tune("out", "--on", "local[2]")).err())
        .isEqualTo("--data-parallel must be given with --on, got nothing\n");
    assertThat(run(tune("out", "--on", "local[2]", "--data-parallel", "3")).err())
        .endsWith("--data-parallel must be at most 2 on local[2], got 3\n");
    assertThat(run(tune("out", "--on", "local[2]", "--data-parallel", "2", "--seeds", "2")).err())
        .isEqualTo("--seeds must be left out with --data-parallel, got given\n");
  }
}
