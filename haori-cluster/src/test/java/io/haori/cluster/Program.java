package io.haori.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Starts the command line on Spark's class path as a process, as the launcher does. */
final class Program {
  /** What Spark reaches into, as the launcher {@code haori} opens it. */
  private static final List<String> PACKAGES =
      List.of(
          "java.lang",
          "java.lang.invoke",
          "java.lang.reflect",
          "java.io",
          "java.net",
          "java.nio",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "jdk.internal.ref",
          "sun.nio.ch",
          "sun.nio.cs",
          "sun.util.calendar");

  private final Path folder;
  private final List<String> jars;
  private final List<String> options = new ArrayList<>();
  private final List<String> besideSpark = new ArrayList<>();
  private boolean withSpark = true;

  /**
   * Prepares it.
   *
   * @param folder in which it runs
   * @param jars Haori's
   */
  Program(Path folder, List<String> jars) {
    this.folder = folder;
    this.jars = jars;
  }

  /** More options of the JVM. */
  Program with(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** More jars beside Spark's. */
  Program beside(List<String> more) {
    besideSpark.addAll(more);
    return this;
  }

  /** The command line alone, as other commands run it. */
  Program withoutSpark() {
    withSpark = false;
    return this;
  }

  /** What a run gave. */
  record Ran(int code, String out, String err) {}

  /**
   * How far a fit was, in thousandths of its steps, each time that it was said.
   *
   * @param err what a run has said
   */
  static List<Integer> progress(String err) {
    List<Integer> all = new ArrayList<>();
    Matcher matcher = Pattern.compile("\"task\":\"tune\",\"done\":(\\d+)").matcher(err);
    while (matcher.find()) {
      all.add(Integer.valueOf(matcher.group(1)));
    }
    return all;
  }

  /**
   * Waits until a fit has kept checkpoints.
   *
   * @param store that they are in
   * @param running the command
   * @param least how many epochs
   * @return number of the newest one, which is that of its epochs
   */
  static int awaitCheckpoint(Path store, Running running, int least)
      throws IOException, InterruptedException {
    while (true) {
      int newest = newest(store.resolve("checkpoints"));
      if (newest >= least) {
        return newest;
      }
      if (!running.process().isAlive()) {
        throw new AssertionError(Files.readString(running.err()));
      }
      Thread.sleep(20);
    }
  }

  /** Number of the newest checkpoint; 0 for none. */
  static int newest(Path checkpoints) throws IOException {
    if (!Files.isDirectory(checkpoints)) {
      return 0;
    }
    try (Stream<Path> all = Files.walk(checkpoints)) {
      return all.map(one -> String.valueOf(one.getFileName()))
          .filter(name -> name.matches("\\d+\\.zip"))
          .mapToInt(name -> Integer.parseInt(name.replace(".zip", "")))
          .max()
          .orElse(0);
    } catch (UncheckedIOException e) {
      // One was replaced meanwhile.
      return 0;
    }
  }

  /** A process that may be stopped. */
  record Running(Process process, Path out, Path err) {
    Ran end() throws IOException, InterruptedException {
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("no end: " + Files.readString(err));
      }
      return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
    }
  }

  /** The options with which a JVM runs Spark. */
  static List<String> java(String heap) {
    List<String> all = new ArrayList<>();
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(List.of(heap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    PACKAGES.forEach(one -> all.add("--add-opens=java.base/" + one + "=ALL-UNNAMED"));
    all.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= 24) {
      all.add("--sun-misc-unsafe-memory-access=allow");
    }
    return all;
  }

  Running start(String... arguments) throws IOException {
    List<String> all = java("-Xmx1g");
    all.addAll(options);
    if (withSpark) {
      all.add("-Dhaori.jars=" + SparkJars.path(jars));
      List<String> path = new ArrayList<>(List.of(jars.get(0)));
      path.addAll(SparkJars.spark());
      path.addAll(besideSpark);
      all.addAll(List.of("-cp", SparkJars.path(path), "io.haori.cluster.HaoriJob"));
    } else {
      all.addAll(List.of("-cp", SparkJars.path(jars), "io.haori.cli.Main"));
    }
    all.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Path err = Files.createTempFile(folder, "err", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("HAORI_LANG", "en");
    builder.environment().put("HAORI_PROGRESS", "json");
    return new Running(builder.start(), out, err);
  }

  Ran run(String... arguments) throws IOException, InterruptedException {
    return start(arguments).end();
  }

  /** Waits until a process has written something to stderr. */
  static void await(Running running, String text) throws IOException, InterruptedException {
    for (int tenths = 0; tenths < 3000; tenths++) {
      if (new String(Files.readAllBytes(running.err()), StandardCharsets.UTF_8).contains(text)) {
        return;
      }
      if (!running.process().isAlive()) {
        break;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("not said: " + text + " in " + Files.readString(running.err()));
  }
}
