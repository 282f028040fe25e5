package io.haori.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A real cluster: processes that see each other through sockets and the store alone. */
@Tag("cluster")
class ClusterTest {
  @TempDir static Path shared;
  private static List<String> jars;
  private static Path base;
  private static StandaloneSpark spark;

  @TempDir Path folder;

  @BeforeAll
  static void startCluster() throws IOException, InterruptedException {
    jars = SparkJars.haori(shared);
    base = TinyDomains.base(shared);
    spark = StandaloneSpark.start(Files.createDirectories(shared.resolve("cluster")), 2);
  }

  @AfterAll
  static void stopCluster() {
    spark.close();
  }

  /** The jars are not copied: all processes are on one machine. */
  private Program program() {
    return new Program(folder, jars)
        .with("-Dspark.driver.host=127.0.0.1", "-Dhaori.installed=true");
  }

  private String[] pretrain(String out, int domains, int epochs, String... more)
      throws IOException {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("pretrain", "--base", base.toString(), "--out", out));
    all.addAll(List.of("--max-length", "16", "--epochs", String.valueOf(epochs), "--corpus"));
    for (int i = 0; i < domains; i++) {
      all.add(TinyDomains.corpus(folder, "domain" + i, 40));
    }
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private String[] onCluster(String out, int domains, int epochs) throws IOException {
    return pretrain(out, domains, epochs, "--on", spark.address(), "--store", "store");
  }

  /** The process of the run before may take a while to end on a busy machine. */
  private void requireOneExecutor() throws InterruptedException {
    for (int tries = 0; spark.executors(1) > 1 && tries < 600; tries++) {
      Thread.sleep(50);
    }
    assertThat(spark.executors(1)).isEqualTo(1);
  }

  @Test
  void aKilledWorkersRunsAreRepeatedAndLeaveTheSameBytes()
      throws IOException, InterruptedException {
    Program.Ran local = program().run(pretrain("local", 8, 60, "--on", "local[2]"));
    assertThat(local.code()).as(local.err()).isZero();

    Program.Running running = program().start(onCluster("out", 8, 60));
    while (finished("out") < 2) {
      assertThat(running.process().isAlive()).as(Files.readString(running.err())).isTrue();
      Thread.sleep(50);
    }
    requireOneExecutor();
    spark.kill(1);
    Program.Ran ran = running.end();
    spark.addWorker();

    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(TinyDomains.files(folder.resolve("out")))
        .hasSizeGreaterThan(8 * 3)
        .isEqualTo(TinyDomains.files(folder.resolve("local")));
    try (Stream<Path> results = Files.list(folder.resolve("store/results"))) {
      assertThat(results.filter(one -> one.toString().endsWith(".zip"))).hasSize(8);
    }
  }

  private long finished(String out) throws IOException {
    if (!Files.isDirectory(folder.resolve(out))) {
      return 0;
    }
    try (Stream<Path> all = Files.list(folder.resolve(out))) {
      return all.filter(one -> Files.exists(one.resolve("haori.json"))).count();
    }
  }

  @Test
  void runsThatAreDoneTwiceBecauseOneWorkerIsSlowDoNoHarm()
      throws IOException, InterruptedException {
    Program eager =
        program()
            .with(
                "-Dspark.speculation=true",
                "-Dspark.speculation.quantile=0.1",
                "-Dspark.speculation.multiplier=0.01",
                "-Dspark.speculation.minTaskRuntime=0",
                "-Dspark.speculation.interval=50ms");
    Program.Ran ran = eager.run(onCluster("out", 4, 40));
    assertThat(ran.code()).as(ran.err()).isZero();
    Program.Ran local = program().run(pretrain("local", 4, 40, "--on", "local[2]"));
    assertThat(local.code()).as(local.err()).isZero();

    assertThat(TinyDomains.files(folder.resolve("out")))
        .isEqualTo(TinyDomains.files(folder.resolve("local")));
  }

  @Test
  void theJarsAreSentWhereHaoriIsNotInstalled() throws IOException, InterruptedException {
    Program sending = new Program(folder, jars).with("-Dspark.driver.host=127.0.0.1");
    Program.Ran ran = sending.run(onCluster("out", 2, 1));
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(finished("out")).isEqualTo(2);
  }

  /** Every process has another folder behind this path. */
  @Test
  void aStoreThatIsNotSharedIsNamed() throws IOException, InterruptedException {
    Program.Ran ran =
        program()
            .run(pretrain("out", 2, 1, "--on", spark.address(), "--store", "/proc/self/cwd/mine"));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(said(ran))
        .startsWith(
            "worker 127.0.0.1: the store /proc/self/cwd/mine must be one that all machines see:"
                + " here it has no inputs/")
        .hasLineCount(1);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aWorkerWithoutNativeLibrariesIsNamed() throws IOException, InterruptedException {
    Program lacking =
        program().with("-Dspark.executor.extraJavaOptions=-Dorg.bytedeco.javacpp.platform=none");
    Program.Ran ran = lacking.run(onCluster("out", 2, 1));
    assertThat(ran.code()).isEqualTo(2);
    assertThat(said(ran))
        .startsWith("worker 127.0.0.1: libtorch cannot be loaded there (")
        .hasLineCount(1);
  }

  private String[] tune(String out, int epochs, String... more) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("tune", "--base", base.toString(), "--data", "data", "--method", "lora"));
    all.addAll(List.of("--epochs", String.valueOf(epochs), "--batch-size", "5", "--json"));
    all.addAll(List.of("--max-length", "16", "--threads", "1", "--out", out));
    // What is compared up to rounding must not round as coarsely as BF16, the usual on some
    // machines.
    all.addAll(List.of("--precision", "fp32"));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private String[] together(String out, int epochs, String timeout) {
    return tune(
        out,
        epochs,
        "--on",
        spark.address(),
        "--store",
        "store",
        "--data-parallel",
        "2",
        "--member-timeout",
        timeout);
  }

  @Test
  void oneFitByTwoProcessesIsTheFitOfOneUpToRounding() throws IOException, InterruptedException {
    TinyBase.data(folder.resolve("data"), 24, false);
    Program.Ran alone = program().run(tune("alone", 3));
    assertThat(alone.code()).as(alone.err()).isZero();

    Program.Ran ran = program().run(together("together", 3, "60"));

    assertThat(ran.code()).as(ran.err()).isZero();
    JsonNode mine = new ObjectMapper().readTree(alone.out());
    JsonNode theirs = new ObjectMapper().readTree(ran.out());
    assertThat(theirs.path("test")).isEqualTo(mine.path("test"));
    assertThat(theirs.path("method")).isEqualTo(mine.path("method"));
  }

  @Test
  void aFitOfWhichAWorkerIsKilledContinuesFromItsCheckpoint()
      throws IOException, InterruptedException {
    TinyBase.data(folder.resolve("data"), 24, false);
    int epochs = 60;
    Program.Running running = program().start(together("out", epochs, "60"));
    Program.awaitCheckpoint(folder.resolve("store"), running, 5);
    spark.kill(1);
    int saved = Program.newest(folder.resolve("store/checkpoints"));
    int said = Program.progress(Files.readString(running.err())).size();
    spark.addWorker();
    Program.Ran ran = running.end();

    assertThat(ran.code()).as(ran.err()).isZero();
    List<Integer> progress = Program.progress(ran.err());
    // While nobody works nothing is done; then there is more than was saved.
    int again = progress.lastIndexOf(0);
    assertThat(again).isGreaterThanOrEqualTo(said);
    assertThat(progress.subList(again + 1, progress.size()))
        .isNotEmpty()
        .allMatch(done -> done >= 1000 * saved / epochs);
    Program.Ran alone = program().run(tune("alone", epochs));
    assertThat(alone.code()).as(alone.err()).isZero();
    assertThat(new ObjectMapper().readTree(ran.out()).path("test"))
        .isEqualTo(new ObjectMapper().readTree(alone.out()).path("test"));
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signals")
  void whatWorkersHaveAtCtrlCIsContinuedByOneProcess() throws IOException, InterruptedException {
    TinyBase.data(folder.resolve("data"), 24, false);
    Program.Running running = program().start(together("out", 100, "60"));
    Program.awaitCheckpoint(folder.resolve("store"), running, 3);
    running.process().destroy();
    Program.Ran stopped = running.end();
    assertThat(stopped.err()).contains("Interrupted in the fit; saved. Continue with: ");
    assertThat(folder.resolve("out/checkpoint/checkpoint.json")).exists();

    Program.Ran resumed = program().run(tune("out", 100, "--resume"));

    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(new ObjectMapper().readTree(resumed.out()).path("epochs").asInt()).isEqualTo(100);
    Program.Ran alone = program().run(tune("alone", 100));
    assertThat(new ObjectMapper().readTree(resumed.out()).path("test"))
        .isEqualTo(new ObjectMapper().readTree(alone.out()).path("test"));
  }

  @Test
  void workersFindEverythingOnHdfs() throws IOException, InterruptedException {
    try (Hdfs hdfs = Hdfs.start(folder)) {
      Program.Ran ran =
          program()
              .run(
                  pretrain("out", 2, 1, "--on", spark.address(), "--store", hdfs.address() + "/h"));
      assertThat(ran.code()).as(ran.err()).isZero();
    }
    Program.Ran local = program().run(pretrain("local", 2, 1, "--on", "local[2]"));
    assertThat(local.code()).as(local.err()).isZero();
    assertThat(TinyDomains.files(folder.resolve("out")))
        .isEqualTo(TinyDomains.files(folder.resolve("local")));
  }

  @Test
  void whatListensButIsNoMasterIsOneSentence() throws IOException, InterruptedException {
    try (ServerSocket other = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String address = "spark://127.0.0.1:" + other.getLocalPort();
      Program.Ran ran = program().run(pretrain("out", 1, 1, "--on", address, "--store", "store"));

      assertThat(ran.err())
          .isEqualTo(
              "no master of Spark answers at "
                  + address
                  + " (what listens there is another program)\n");
      assertThat(ran.code()).isEqualTo(2);
    }
  }

  @Test
  void moreMembersThanFreeCoresIsOneSentence() throws IOException, InterruptedException {
    TinyBase.data(folder.resolve("data"), 24, false);
    String[] three = together("out", 1, "60");
    three[List.of(three).indexOf("--data-parallel") + 1] = "3";
    Program impatient =
        program().with("-Dspark.scheduler.barrier.maxConcurrentTasksCheck.maxFailures=3");

    Program.Ran ran = impatient.run(three);

    assertThat(ran.err())
        .endsWith(
            "--data-parallel must be at most the free cores of " + spark.address() + ", got 3\n");
    assertThat(ran.code()).isEqualTo(2);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signals")
  void aProcessThatStandsStillIsASentenceOfTheOther() throws IOException, InterruptedException {
    TinyBase.data(folder.resolve("data"), 24, false);
    Program.Running running = program().start(together("out", 100_000, "3"));
    Program.Ran ran;
    try {
      while (!Files.readString(running.err()).contains("\"tune\",\"done\":1")) {
        assertThat(running.process().isAlive()).as(Files.readString(running.err())).isTrue();
        Thread.sleep(50);
      }
      requireOneExecutor();
      spark.signal(1, "STOP");
      ran = running.end();
    } finally {
      spark.signal(1, "CONT");
      running.process().destroyForcibly();
    }

    assertThat(said(ran))
        .containsPattern(
            "worker 127\\.0\\.0\\.1: Member [01] of 2 waited 3\\.0 s for the others, of whom one is"
                + " too slow or lost\n$");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(folder.resolve("out/haori.json")).doesNotExist();
  }

  /** Another JDK is not on every machine: its home is in the variable. */
  @Test
  @EnabledIfEnvironmentVariable(
      named = "HAORI_OTHER_JAVA_HOME",
      matches = ".+",
      disabledReason = "it names no JDK of another version than this one")
  void aWorkerWithAnotherJavaIsNamed() throws IOException, InterruptedException {
    String other = System.getenv("HAORI_OTHER_JAVA_HOME");
    Program.Ran ran =
        program().with("-Dspark.executorEnv.JAVA_HOME=" + other).run(onCluster("out", 2, 1));

    assertThat(ran.code()).isEqualTo(2);
    assertThat(said(ran))
        .matches(
            "worker 127\\.0\\.0\\.1: must run Java "
                + Runtime.version().feature()
                + " as the program that asks, got Java \\d+\n");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  /** What was said, without the progress. */
  private static String said(Program.Ran ran) {
    return ran.err()
        .lines()
        .filter(line -> !line.startsWith("{\"progress\""))
        .map(line -> line + "\n")
        .reduce("", String::concat);
  }
}
