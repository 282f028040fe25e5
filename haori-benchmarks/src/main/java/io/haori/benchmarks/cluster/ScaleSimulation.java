package io.haori.benchmarks.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Ten thousand domains, a hundred thousand modules, a thousand servers, out of times that were
 * measured for one. Prints a line for each figure of docs/SCALE.md. All inputs are system
 * properties, with the measured values as their defaults.
 */
public final class ScaleSimulation {
  private static final int DOMAINS = Integer.getInteger("domains", 10_000);
  private static final int MODULES = Integer.getInteger("modules", 100_000);
  private static final int SERVERS = Integer.getInteger("servers", 1_000);
  private static final int EXECUTORS = Integer.getInteger("executors", 1_000);

  /** Bytes of a stored module: 15.6 MB for 50 (docs/BENCHMARKS.md, Fewer and smaller modules). */
  private static final double MODULE_BYTES = number("module.bytes", 312_000);

  /** Seconds of a training run on one core (Whole training runs: 11.8 s on two). */
  private static final double RUN_SECONDS = number("run.seconds", 23.6);

  /** Seconds until an executor begins: a JVM, 400 MB of jars, the base. */
  private static final double START_SECONDS = number("start.seconds", 30);

  /** Milliseconds of a registry's change (The registry: promote). */
  private static final double CHANGE_MS = number("change.ms", 4);

  /** Milliseconds to read a module's folder and put it in (Changes of a live model). */
  private static final double READ_MS = number("read.ms", 12);

  /** Requests a second that a server of two threads answers (Serving, 100 adapters). */
  private static final double REQUESTS = number("requests", 139);

  /**
   * Milliseconds of a file of this size over the network from an object store; not measured here.
   */
  private static final double FETCH_MS = number("fetch.ms", 50);

  /** Changes a second of sixteen writers on PostgreSQL (The registry). */
  private static final double CHANGES = number("changes", 87);

  private ScaleSimulation() {}

  private static double number(String name, double usual) {
    return Double.parseDouble(System.getProperty(name, String.valueOf(usual)));
  }

  /** Runs it. */
  public static void main(String[] arguments) {
    storage();
    training();
    registry();
    routing();
    for (double exponent : new double[] {0.8, 1.0, 1.2}) {
      for (int kept : new int[] {100, 1_000, 10_000}) {
        paging(exponent, kept);
      }
    }
  }

  private static void storage() {
    print("GB of all modules", MODULES * MODULE_BYTES / 1e9);
    print("GB of a server that holds them all", MODULES * MODULE_BYTES / 1e9);
    print("files in the object store", MODULES * 4.0);
  }

  /** Runs of different lengths: ten to one between the longest and the shortest, log-uniform. */
  private static void training() {
    Random random = new Random(7);
    List<Double> runs = new ArrayList<>();
    for (int i = 0; i < MODULES; i++) {
      runs.add(RUN_SECONDS * Math.pow(10, random.nextDouble() - 0.5));
    }
    ListSchedule schedule = ListSchedule.of(runs, EXECUTORS, START_SECONDS);
    print("core hours of all modules", schedule.work() / 3600);
    print("hours on " + EXECUTORS + " executors", schedule.makespan() / 3600);
    print("efficiency", schedule.efficiency());
    runs.sort(Collections.reverseOrder());
    ListSchedule longest = ListSchedule.of(runs, EXECUTORS, START_SECONDS);
    print("hours, longest first", longest.makespan() / 3600);
    print("efficiency, longest first", longest.efficiency());
    print("GB of jars sent to executors", EXECUTORS * 0.4);
    print("results a second at the driver", MODULES / schedule.makespan());
  }

  private static void registry() {
    print("hours to add all modules, one chain of entries", MODULES / CHANGES / 3600);
    print("hours to make one module a domain live", DOMAINS * CHANGE_MS / 1000 / 3600);
    // Each server asks five times a second how long the log is.
    print("questions a second of all servers", SERVERS * 5.0);
    print("changes a second for one new version a domain and day", DOMAINS / 86_400.0);
  }

  /** Each module has servers of its own, as many as its share of the requests needs. */
  private static void routing() {
    double sum = 0;
    for (int rank = 1; rank <= MODULES; rank++) {
      sum += 1.0 / rank;
    }
    print("modules of a server, each on one server", (double) MODULES / SERVERS);
    print("MB of these", MODULES / (double) SERVERS * MODULE_BYTES / 1e6);
    print("Zipf 1.0: share of the requests for the most wanted module", 1 / sum);
    print("  servers that it alone needs when all are busy", SERVERS / sum);
    int several = 0;
    for (int rank = 1; rank <= MODULES && SERVERS / (sum * rank) > 1; rank++) {
      several = rank;
    }
    print("  modules that need more than one server", several);
  }

  /**
   * One server that keeps the modules last used, asked by Zipf's law.
   *
   * @param exponent of the law: share of the module of rank r is as r to the minus this
   * @param kept modules in memory
   */
  private static void paging(double exponent, int kept) {
    double[] cumulative = new double[MODULES];
    double sum = 0;
    for (int rank = 0; rank < MODULES; rank++) {
      sum += Math.pow(rank + 1, -exponent);
      cumulative[rank] = sum;
    }
    Random random = new Random(11);
    Map<Integer, Boolean> memory =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
            return size() > kept;
          }
        };
    int warm = 300_000;
    int counted = 300_000;
    int misses = 0;
    for (int i = 0; i < warm + counted; i++) {
      int module = rank(cumulative, random.nextDouble() * sum);
      if (memory.put(module, Boolean.TRUE) == null && i >= warm) {
        misses++;
      }
    }
    double share = (double) misses / counted;
    print(
        String.format(
            Locale.ROOT,
            "Zipf %.1f, %,d in memory (%,.0f MB): misses",
            exponent,
            kept,
            kept * MODULE_BYTES / 1e6),
        share);
    print("  mean ms that a request waits for its module", share * (READ_MS + FETCH_MS));
    print("  files a second from the object store, all servers", share * REQUESTS * SERVERS);
  }

  private static int rank(double[] cumulative, double at) {
    int found = Arrays.binarySearch(cumulative, at);
    return Math.min(cumulative.length - 1, found < 0 ? -found - 1 : found);
  }

  private static void print(String what, double value) {
    System.out.println(String.format(Locale.ROOT, "%s\t%,.3f", what, value));
  }
}
