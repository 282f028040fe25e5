package io.haori.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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
    assertThat(spark.executors(1)).isEqualTo(1);
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

  /** What was said, without the progress. */
  private static String said(Program.Ran ran) {
    return ran.err()
        .lines()
        .filter(line -> !line.startsWith("{\"progress\""))
        .map(line -> line + "\n")
        .reduce("", String::concat);
  }
}
