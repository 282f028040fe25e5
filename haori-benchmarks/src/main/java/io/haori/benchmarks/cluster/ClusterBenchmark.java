package io.haori.benchmarks.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The same modules by one process with two threads and on a cluster of two workers with one core
 * each, in turns: what Spark costs on one machine. Arguments: the launcher, a folder of corpora
 * ({@code .txt}, one a domain), the master's address, a shared folder, a folder for the modules,
 * rounds, and more arguments of {@code pretrain}.
 *
 * <pre>{@code
 * java … ClusterBenchmark ./haori corpora spark://127.0.0.1:7077 store out 3 --base minilm
 * }</pre>
 */
public final class ClusterBenchmark {
  private static final double NANOS = 1e9;

  private ClusterBenchmark() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path out = Path.of(arguments[4]);
    int rounds = Integer.parseInt(arguments[5]);
    List<String> common = new ArrayList<>(List.of(arguments[0], "pretrain", "--quiet", "--corpus"));
    try (Stream<Path> files = Files.list(Path.of(arguments[1]))) {
      for (Path file : files.filter(one -> one.toString().endsWith(".txt")).sorted().toList()) {
        String name = String.valueOf(file.getFileName()).replace(".txt", "");
        common.add(name + "=" + file);
      }
    }
    common.addAll(Arrays.asList(arguments).subList(6, arguments.length));
    double[] ratios = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      double here = seconds(with(common, "--threads", "2", "--out", out + "/here" + round));
      // A store of its own, so that no round takes the results of another.
      String store = arguments[3] + "/round" + round;
      double there =
          seconds(
              with(common, "--on", arguments[2], "--store", store, "--out", out + "/on" + round));
      ratios[round] = here / there;
      System.out.println(
          String.format(
              Locale.ROOT,
              "round %d\there %.1f s\tthere %.1f s\tratio %.3f",
              round,
              here,
              there,
              ratios[round]));
    }
    Arrays.sort(ratios);
    System.out.println(
        String.format(
            Locale.ROOT, "median ratio of one process over Spark\t%.3f", ratios[rounds / 2]));
  }

  private static List<String> with(List<String> command, String... more) {
    List<String> all = new ArrayList<>(command);
    all.addAll(List.of(more));
    return all;
  }

  private static double seconds(List<String> command) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process = new ProcessBuilder(command).inheritIO().start();
    int code = process.waitFor();
    if (code != 0) {
      throw new IOException("exit code " + code + " of " + String.join(" ", command));
    }
    return (System.nanoTime() - start) / NANOS;
  }
}
