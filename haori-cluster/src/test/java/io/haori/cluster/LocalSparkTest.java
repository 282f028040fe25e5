package io.haori.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.haori.testkit.TinyBase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The commands with {@code --on local[2]}, on Spark's real class path. */
class LocalSparkTest {
  @TempDir static Path shared;
  private static List<String> jars;
  private static Path base;

  @TempDir Path folder;

  @BeforeAll
  static void makeJars() throws IOException {
    jars = SparkJars.haori(shared);
    base = TinyDomains.base(shared);
  }

  private Program program() {
    return new Program(folder, jars);
  }

  private Program.Ran run(String... arguments) throws IOException, InterruptedException {
    return program().run(arguments);
  }

  private String[] pretrain(String out, int domains, String... more) throws IOException {
    Stream.Builder<String> all = Stream.builder();
    Stream.of("pretrain", "--base", base.toString(), "--out", out, "--max-length", "16", "--corpus")
        .forEach(all);
    for (int i = 0; i < domains; i++) {
      all.add(TinyDomains.corpus(folder, "domain" + i, 40));
    }
    Stream.of(more).forEach(all);
    return all.build().toArray(String[]::new);
  }

  @Test
  void modulesAreThoseThatAreLearntHereToTheByte() throws IOException, InterruptedException {
    Program.Ran spark = run(pretrain("there", 3, "--on", "local[2]", "--json"));
    assertThat(spark.err()).doesNotContain("WARN", "SLF4J", "Exception");
    assertThat(spark.code()).as(spark.err()).isZero();
    assertThat(spark.out()).contains("\"name\":\"domain2\"");
    assertThat(spark.err()).contains("{\"progress\":{\"task\":\"pretrain\"");

    Program.Ran here = run(pretrain("here", 1, "--threads", "1"));
    assertThat(here.code()).as(here.err()).isZero();

    assertThat(TinyDomains.files(folder.resolve("there/domain0")))
        .hasSizeGreaterThan(3)
        .isEqualTo(TinyDomains.files(folder.resolve("here/domain0")));
    assertThat(folder.resolve("there/domain2/haori.json")).exists();
    Program.Ran again = run(pretrain("there", 3, "--on", "local[2]", "--resume"));
    assertThat(again.err()).contains("All modules are in there already.");
  }

  @Test
  void aComparisonGivesTheRunsThatItGivesHere() throws IOException, InterruptedException {
    TinyBase.data(folder.resolve("data"), 24, false);
    String[] compare = {
      "compare",
      "--base",
      base.toString(),
      "--data",
      "data",
      "--methods",
      "lora,full",
      "--seeds",
      "2",
      "--epochs",
      "2",
      "--no-test",
      "--max-length",
      "16",
      "--threads",
      "1",
      "--out"
    };
    Program.Ran here = run(with(compare, "here"));
    assertThat(here.code()).as(here.err()).isZero();
    Program.Ran there = run(with(compare, "there", "--on", "local[2]"));
    assertThat(there.code()).as(there.err()).isZero();

    assertThat(TinyDomains.files(folder.resolve("there/runs")))
        .hasSizeGreaterThan(6)
        .isEqualTo(TinyDomains.files(folder.resolve("here/runs")));
  }

  @Test
  void anAnalysisGivesTheFiguresThatItGivesHere() throws Exception {
    List<String> domains = new ArrayList<>();
    for (String domain : List.of("food", "act", "tool")) {
      domains.add(TinyBase.data(folder.resolve(domain), 16, false).toString());
    }
    String[] analyze =
        Stream.of(
                Stream.of("analyze", "transfer", "--base", base.toString(), "--data"),
                domains.stream(),
                Stream.of("--epochs", "1", "--max-length", "16", "--threads", "1", "--json"),
                Stream.of("--seeds", "1", "--out"))
            .flatMap(one -> one)
            .toArray(String[]::new);
    Program.Ran here = run(with(analyze, "here"));
    assertThat(here.code()).as(here.err()).isZero();

    Program.Ran there = run(with(analyze, "there", "--on", "local[2]"));

    assertThat(there.code()).as(there.err()).isZero();
    assertThat(figures(there.out())).isEqualTo(figures(here.out()));
    assertThat(folder.resolve("there/samples.csv"))
        .hasSameTextualContentAs(folder.resolve("here/samples.csv"));
  }

  /** Without what depends on when and where it was done. */
  private static JsonNode figures(String json) throws IOException {
    ObjectNode node = (ObjectNode) new ObjectMapper().readTree(json);
    assertThat(node.path("domains")).hasSize(3);
    return node.remove(List.of("seconds", "samples", "report", "peakRssMb"));
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no signals")
  void whatIsFinishedWhenItIsInterruptedIsKept() throws IOException, InterruptedException {
    String[] command = pretrain("out", 6, "--epochs", "80", "--on", "local[1]");
    Program.Running running = program().start(command);
    while (!Files.exists(folder.resolve("out/domain0/haori.json"))) {
      assertThat(running.process().isAlive()).as(Files.readString(running.err())).isTrue();
      Thread.sleep(50);
    }
    running.process().destroy();
    Program.Ran stopped = running.end();

    assertThat(stopped.err()).contains("Stopping at the next step", "--resume");
    assertThat(folder.resolve("out/domain5")).doesNotExist();
    try (Stream<Path> all = Files.list(folder.resolve("out"))) {
      assertThat(all.allMatch(one -> Files.exists(one.resolve("haori.json")))).isTrue();
    }
    Program.Ran resumed = run(with(command, "--resume"));
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("The module out/domain0 is done already.");
    assertThat(folder.resolve("out/domain5/haori.json")).exists();
  }

  @Test
  void aStoreKeepsResultsForTheNextOneWhoAsks() throws IOException, InterruptedException {
    Program.Ran first = run(pretrain("one", 2, "--on", "local[2]", "--store", "store"));
    assertThat(first.code()).as(first.err()).isZero();
    try (Stream<Path> results = Files.list(folder.resolve("store/results"))) {
      assertThat(results.filter(one -> one.toString().endsWith(".zip"))).hasSize(2);
    }
    Program.Ran second = run(pretrain("two", 2, "--on", "local[2]", "--store", "store"));
    assertThat(second.err()).doesNotContain("progress");
    assertThat(TinyDomains.files(folder.resolve("two")))
        .isEqualTo(TinyDomains.files(folder.resolve("one")));
  }

  @Test
  void mistakesAreOneSentenceEach() throws IOException, InterruptedException {
    assertThat(run(pretrain("out", 1, "--on", "spark://127.0.0.1:1", "--store", "s")))
        .isEqualTo(
            new Program.Ran(
                2, "", "no master of Spark answers at spark://127.0.0.1:1 (Connection refused)\n"));
    assertThat(run(pretrain("out", 1, "--on", "spark://127.0.0.1:1")).err())
        .isEqualTo(
            "--store must be a folder or URI that all machines of spark://127.0.0.1:1 see, got"
                + " nothing\n");
    assertThat(run(pretrain("out", 1, "--on", "master:7077", "--store", "s")).err())
        .isEqualTo(
            "--on must be local[N], spark://HOST:PORT, yarn or k8s://URL, got master:7077\n");
    assertThat(run(pretrain("out", 1, "--on", "local[none]")).err())
        .isEqualTo(
            "Spark cannot be started on local[none] (Could not parse Master URL: 'local[none]')\n");
    assertThat(run(pretrain("out", 1, "--on", "local[1]", "--store", "nofs://x/y")).err())
        .startsWith("the store nofs://x/y cannot be opened (")
        .hasLineCount(1);
    assertThat(run(pretrain("out", 1, "--on", "local[1]", "--store", "hdfs://no.invalid/y")).err())
        .isEqualTo("the store hdfs://no.invalid/y cannot be opened (unknown host no.invalid)\n");
    assertThat(run(pretrain("out", 1, "--on", "local[1]", "--store", "s3a://b/y")).err())
        .startsWith("the store s3a://b/y cannot be opened (Class org.apache.hadoop.fs.s3a.S3A")
        .hasLineCount(1);
    assertThat(run(pretrain("out", 1, "--store", "s")))
        .isEqualTo(new Program.Ran(2, "", "--store must be left out without --on, got s\n"));
    assertThat(run(pretrain("out", 1, "--on", "local[1]", "--sequential")).err())
        .isEqualTo("--on must be left out with --sequential, got given\n");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void withoutSparkItIsSaidWhatIsMissing() throws IOException, InterruptedException {
    List<String> others = jars.subList(1, jars.size());
    Program.Ran ran =
        new Program(folder, others).withoutSpark().run(pretrain("out", 1, "--on", "local[2]"));
    assertThat(ran)
        .isEqualTo(
            new Program.Ran(
                2,
                "",
                "--on needs Spark and haori-cluster beside this program, got local[2]; the launcher"
                    + " haori brings both\n"));
  }
}
