package io.haori.benchmarks.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How long measured runs would take on many executors, and what a lost one costs. Arguments: the
 * folder {@code runs} of a {@code haori compare}, whose records have the seconds; how often each
 * run is taken; executors; seconds until an executor begins.
 *
 * <pre>{@code
 * java … io.haori.benchmarks.cluster.ExecutorSimulation compared/runs 20 16 15
 * }</pre>
 */
public final class ExecutorSimulation {
  private ExecutorSimulation() {}

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    List<Double> measured = seconds(Path.of(arguments[0]));
    int times = Integer.parseInt(arguments[1]);
    int executors = Integer.parseInt(arguments[2]);
    double start = Double.parseDouble(arguments[3]);
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      all.addAll(measured);
    }
    ListSchedule one = ListSchedule.of(all, 1, 0);
    ListSchedule many = ListSchedule.of(all, executors, start);
    print("runs", all.size());
    print("seconds of a run, mean", one.work() / all.size());
    print("seconds on one executor", one.makespan());
    print("seconds on " + executors + " executors", many.makespan());
    print("efficiency", many.efficiency());
    // The runs of an executor that is lost in the middle are done again by the others.
    double longest = measured.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    List<Double> again = new ArrayList<>(all);
    again.add(longest);
    ListSchedule fewer = ListSchedule.of(again, executors - 1, start);
    print("seconds with one executor less and one run twice", fewer.makespan());
  }

  private static void print(String what, double value) {
    System.out.println(String.format(Locale.ROOT, "%s\t%.3f", what, value));
  }

  private static List<Double> seconds(Path runs) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    List<Double> seconds = new ArrayList<>();
    try (Stream<Path> folders = Files.list(runs)) {
      for (Path folder : folders.sorted().toList()) {
        Path record = folder.resolve("run.json");
        if (Files.exists(record)) {
          JsonNode json = mapper.readTree(record.toFile());
          seconds.add(json.path("seconds").asDouble());
        }
      }
    }
    if (seconds.isEmpty()) {
      throw new IOException("no run.json in the folders of " + runs);
    }
    return seconds;
  }
}
