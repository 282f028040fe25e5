package io.haori.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/**
 * The process of a job in tests: does what the first row of its data says, as the real program
 * would report it.
 */
public final class FakeProgram {
  private FakeProgram() {}

  /** The command line that starts it. */
  static List<String> command(Path adapter) {
    return List.of(
        ProcessHandle.current().info().command().orElseThrow(),
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        Path.of(FakeProgram.class.getProtectionDomain().getCodeSource().getLocation().getPath())
            .toString(),
        FakeProgram.class.getName(),
        adapter.toString());
  }

  public static void main(String... arguments) throws Exception {
    List<String> words = Arrays.asList(arguments);
    if (words.contains("check")) {
      check(Path.of(words.get(words.indexOf("check") + 1)));
      return;
    }
    if (words.contains("evaluate") || words.contains("together")) {
      System.out.println(words.contains("together") ? together(words) : EVALUATED);
      return;
    }
    Path data = Path.of(words.get(words.indexOf("--data") + 1));
    Path out = Path.of(words.get(words.indexOf("--out") + 1));
    if (words.contains("--resume") && !words.contains("--force") && Files.exists(out)) {
      System.err.println("--resume must find an interrupted run in --out, got " + out);
      System.exit(2);
    }
    Files.createDirectories(out);
    String order = Files.readAllLines(data).get(1);
    int precision = words.indexOf("--base-precision");
    System.err.println(
        "Data: "
            + data
            + ", threads "
            + words.get(words.indexOf("--threads") + 1)
            + (precision < 0 ? "" : ", base in " + words.get(precision + 1))
            + (words.contains("--settings") ? ", settings of a file" : "")
            + labels(words));
    System.err.println("HAORI_TOKEN is " + System.getenv("HAORI_TOKEN"));
    if (order.startsWith("long") && !words.contains("--resume")) {
      saveWhenStopped(out);
      progress(1);
      new CountDownLatch(1).await();
    }
    progress(1);
    if (order.startsWith("full")) {
      System.err.println(
          out + ": cannot be written (No space left on device); nothing was changed");
      System.exit(2);
    }
    if (order.startsWith("crash")) {
      Runtime.getRuntime().halt(134);
    }
    progress(2);
    copy(Path.of(arguments[0]), out);
    if (order.startsWith("late") && !words.contains("--resume")) {
      // Its files are there, and nobody heard its result.
      Runtime.getRuntime().halt(137);
    }
    System.out.println(
        "{\"command\":\"tune\",\"test\":{\"accuracy\":0.75},\"resumed\":"
            + (words.contains("--resume") && Files.exists(out.resolveSibling("checkpoint")))
            + "}");
  }

  private static String labels(List<String> words) throws IOException {
    for (String word : words) {
      if (word.startsWith("--labels=")) {
        return ", labels "
            + String.join("; ", Files.readAllLines(Path.of(word.substring("--labels=".length()))));
      }
    }
    return "";
  }

  private static final String EVALUATED =
      "{\"command\":\"evaluate\",\"scores\":{\"accuracy\":0.8},\"dataDigest\":\""
          + "0".repeat(64)
          + "\",\"interval\":{\"right\":8,\"rows\":10,\"low\":0.49,\"high\":0.94},"
          + "\"mistakes\":[{\"row\":\"orders.csv:2\",\"text\":\"a stew\",\"label\":\"a\","
          + "\"answer\":\"b\",\"probability\":0.9}]}";

  /** Each member of {@code --data MEMBER=FILE} loses 0.05. */
  private static String together(List<String> words) {
    List<String> members =
        words.stream()
            .filter(one -> one.matches("[a-z]+@[0-9]+=.*"))
            .map(
                one ->
                    "{\"module\":\""
                        + one.replaceAll("=.*", "")
                        + "\",\"split\":\"test\",\"rows\":20,\"metric\":\"accuracy\",\"dataDigest\":\""
                        + "0".repeat(64)
                        + "\",\"alone\":0.9,\"together\":0.85,\"loss\":0.05}")
            .toList();
    return "{\"command\":\"module together\",\"members\":[" + String.join(",", members) + "]}";
  }

  private static void check(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    if (!text.startsWith("text")) {
      System.err.println(
          file + ":1: must have a column text, got " + text.lines().findFirst().get());
      System.exit(2);
    }
    System.out.println(
        "{\"kind\":\"classification\",\"splits\":[{\"name\":\"train\",\"file\":\""
            + file
            + "\",\"rows\":2,\"labels\":{\"a\":1,\"b\":1}}],\"warnings\":[{\"kind\":\"few\",\"count\":2,"
            + "\"sentence\":\"few rows\",\"examples\":[]}]}");
  }

  private static void progress(int done) {
    System.err.println(
        "{\"progress\":{\"task\":\"lora\",\"done\":"
            + done
            + ",\"total\":2,\"detail\":\"epoch 1/1\",\"value\":0.5,\"secondsLeft\":"
            + (2 - done)
            + "}}");
  }

  private static void saveWhenStopped(Path out) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    Files.writeString(out.resolveSibling("checkpoint"), "saved");
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                }));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
