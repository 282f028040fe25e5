package io.haori.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.haori.core.digest.Sha256;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store is, whatever file system it is on: a file is there whole or not at all. */
abstract class StoreContract {
  /** More than two parts of an upload to S3, the smallest of which is 5 MB. */
  private static final int LARGE = 12_000_000;

  private static final int SMALL = 100_000;

  @TempDir Path folder;

  /** A place that is the same for every process, with what a JVM needs to reach it. */
  protected abstract Place place() throws IOException;

  /**
   * Where a store is.
   *
   * @param uri for {@code --store}
   * @param jars that Spark does not bring
   * @param options of the JVM
   */
  record Place(String uri, List<String> jars, List<String> options) {}

  private final String name = "results/" + UUID.randomUUID() + ".zip";

  /** A process that uses the store. */
  private final class Session implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    Session() throws IOException {
      Place place = place();
      List<String> all = Program.java("-Xmx512m");
      all.addAll(place.options());
      List<String> path = new ArrayList<>();
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
          .filter(one -> SparkJars.isHaoris(one) && !one.contains("org.bytedeco"))
          .forEach(path::add);
      path.addAll(SparkJars.spark());
      path.addAll(place.jars());
      all.addAll(List.of("-cp", SparkJars.path(path), StoreSession.class.getName(), place.uri()));
      process =
          new ProcessBuilder(all)
              .redirectError(folder.resolve("store-" + UUID.randomUUID() + ".log").toFile())
              .start();
      answers =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    String ask(String line) throws IOException {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
      return answers.readLine();
    }

    void kill() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static String digest(int size) {
    return Sha256.of(StoreSession.bytes(size));
  }

  @Test
  void whatOneProcessHasWrittenAnotherOneReads() throws IOException {
    try (Session one = new Session();
        Session other = new Session()) {
      assertThat(other.ask("has " + name)).isEqualTo("false");
      assertThat(one.ask("put " + name + " " + SMALL)).isEqualTo("done");
      assertThat(other.ask("has " + name)).isEqualTo("true");
      assertThat(other.ask("digest " + name)).isEqualTo(digest(SMALL));
      // Whoever comes second changes nothing.
      assertThat(other.ask("put " + name + " 7")).isEqualTo("done");
      assertThat(one.ask("digest " + name)).isEqualTo(digest(SMALL));
    }
  }

  @Test
  void whatAKilledProcessWasWritingIsNotThere() throws IOException, InterruptedException {
    try (Session killed = new Session();
        Session next = new Session()) {
      assertThat(killed.ask("half " + name + " " + LARGE)).isEqualTo("half");
      assertThat(next.ask("has " + name)).isEqualTo("false");
      killed.kill();
      assertThat(next.ask("has " + name)).isEqualTo("false");
      assertThat(next.ask("put " + name + " " + LARGE)).isEqualTo("done");
      assertThat(next.ask("digest " + name)).isEqualTo(digest(LARGE));
    }
  }

  @Test
  void whatCannotBeWrittenToItsEndIsNotThere() throws IOException {
    try (Session one = new Session()) {
      assertThat(one.ask("fail " + name + " " + LARGE))
          .isEqualTo("the store " + place().uri() + " cannot be written (no space left)");
      assertThat(one.ask("has " + name)).isEqualTo("false");
    }
  }

  @Test
  void severalWritersAtOnceAreWhole() throws IOException {
    try (Session one = new Session()) {
      assertThat(one.ask("race " + name + " " + SMALL)).isEqualTo("done");
    }
  }
}
