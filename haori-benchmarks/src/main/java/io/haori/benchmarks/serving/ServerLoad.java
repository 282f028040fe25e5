package io.haori.benchmarks.serving;

import com.fasterxml.jackson.databind.JsonNode;
import io.haori.benchmarks.serving.Asker.Answer;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import io.haori.tensor.Engine;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Latency of a server over HTTP: at half and nine tenths of its capacity with few and with many
 * modules in memory, while what is live changes, and of a module that is not in memory yet. All in
 * turns, so that what else the machine does falls on all alike.
 *
 * <p>Arguments: the launcher, a folder (whose modules are taken where they are there), how many
 * modules, seconds of a turn, turns (0 makes the modules alone), and {@code changes} or {@code job}
 * where only what changes of what is live do is measured, or what a training beside it does.
 */
public final class ServerLoad {
  private static final int FEW = 5;
  private static final int CLIENTS = 16;
  private static final int COLD = 40;
  private static final double WARM_UP = 20;
  private static final int JOB_ROWS = 4_000;
  private static final int JOB_EPOCHS = 20;
  private static final long SWAP_PAUSE = 250_000_000;

  private final String program;
  private final Path folder;
  private final int many;
  private final double seconds;
  private final int turns;
  private final String part;
  private final PrintStream out;
  private final SplittableRandom random = new SplittableRandom(11);

  private ServerLoad(String[] arguments, PrintStream out) {
    program = arguments[0];
    folder = Path.of(arguments[1]);
    many = Integer.parseInt(arguments[2]);
    seconds = Double.parseDouble(arguments[3]);
    turns = Integer.parseInt(arguments[4]);
    part = arguments.length > 5 ? arguments[5] : "";
    this.out = out;
  }

  /** Runs it. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws Exception {
    new ServerLoad(arguments, System.out).run();
  }

  private void run() throws IOException, InterruptedException {
    Files.createDirectories(folder);
    RegistryLocation location = RegistryLocation.ofFolder(folder.resolve("reg"));
    Credentials mine = new Credentials(System.getProperty("user.name"), null, null);
    try (Registry registry = Registry.openOrCreate(location, mine, InstantSource.system())) {
      addModules(registry);
      if (turns == 0) {
        return;
      }
      List<String> five = names(0, FEW);
      if (part.isEmpty()) {
        throughput(five);
      }
      try (ServerProcess few = start("few", 512)) {
        preload(few, five);
        Asker asker = new Asker(few.url());
        LoadGenerator load = new LoadGenerator(asker, five, random.split());
        double capacity = load.capacity(CLIENTS, WARM_UP);
        line("load of the machine %.1f", loadOfMachine());
        if (!part.equals("job")) {
          changes(registry, load, capacity / 2);
        }
        if (!part.equals("changes")) {
          besideAJob(asker, load, capacity / 2);
        }
        if (part.isEmpty()) {
          cold(asker);
        }
        line("load of the machine %.1f", loadOfMachine());
      }
    }
  }

  /** What modules in memory that nobody asks for do to the others. */
  private void throughput(List<String> five) throws IOException, InterruptedException {
    try (ServerProcess few = start("few", 512);
        ServerProcess full = start("many", 8_000)) {
      preload(full, names(0, many));
      preload(few, five);
      Asker ofFew = new Asker(few.url());
      List<LoadGenerator> loads =
          List.of(
              new LoadGenerator(ofFew, five, random.split()),
              new LoadGenerator(new Asker(full.url()), five, random.split()));
      line("load of the machine %.1f", loadOfMachine());
      for (LoadGenerator load : loads) {
        // Their code is compiled while they answer: neither may be ahead of the other.
        var unused = load.capacity(CLIENTS, WARM_UP);
      }
      double capacity = capacity(loads);
      for (double share : List.of(0.5, 0.9)) {
        latency(loads, share, capacity);
      }
    }
  }

  private static double loadOfMachine() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
    out.flush();
  }

  private static List<String> names(int first, int end) {
    return IntStream.range(first, end).mapToObj(i -> "m" + i + "@1").toList();
  }

  private void addModules(Registry registry) {
    int there = registry.modules().state().versions().size();
    if (there == many + 2) {
      return;
    }
    if (there != 0) {
      throw new IllegalStateException(folder + " has other modules than these");
    }
    Engine.setThreads(1);
    TextOptions options = new TextOptions(Pooling.MEAN, TextOptions.DEFAULT_MAX_LENGTH, DType.F32);
    try (TextBase base = TextBase.open("minilm", DType.F32, FetchListener.SILENT);
        ServedModules modules =
            new ServedModules(registry, base, options, folder.resolve("modules"))) {
      for (int i = 0; i < 2; i++) {
        modules.goLive(modules.add(Traffic.FOOD, "lora"));
      }
      for (int i = 0; i < many; i++) {
        modules.add("m" + i, "lora");
      }
    }
  }

  private ServerProcess start(String name, int megabytes) throws IOException {
    return ServerProcess.start(
        program,
        folder.resolve(name + ".log"),
        List.of(
            "--registry",
            folder.resolve("reg").toString(),
            "--work",
            folder.resolve(name).toString(),
            "--base",
            "minilm",
            "--precision",
            "fp32",
            "--module-memory",
            String.valueOf(megabytes),
            "--port",
            "0"));
  }

  private static void preload(ServerProcess server, List<String> names)
      throws IOException, InterruptedException {
    Asker asker = new Asker(server.url());
    for (String name : names) {
      Answer answer = asker.post("/v1/preload", Map.of("model", name));
      if (answer.status() != 200) {
        throw new IllegalStateException(answer.detail());
      }
    }
  }

  /** Answers a second of both servers; the lower of the two. */
  private double capacity(List<LoadGenerator> loads) throws IOException, InterruptedException {
    double[][] found = new double[loads.size()][turns];
    for (int turn = -1; turn < turns; turn++) {
      for (int i = 0; i < loads.size(); i++) {
        // Each comes first in every second turn.
        int one = (i + turn + 1) % loads.size();
        double rate = loads.get(one).capacity(CLIENTS, seconds / 2);
        if (turn >= 0) {
          found[one][turn] = rate;
        }
      }
    }
    double few = median(found[0]);
    line("capacity: %d modules %.1f requests/s", FEW, few);
    double full = median(found[1]);
    line(
        "capacity: %d modules %.1f requests/s, ratio %.3f",
        many, full, median(ratios(found[1], found[0])));
    return Math.min(few, full);
  }

  private void latency(List<LoadGenerator> loads, double share, double capacity)
      throws IOException, InterruptedException {
    double[][] last = new double[loads.size()][turns];
    Latencies[] all = {Latencies.of(new double[0]), Latencies.of(new double[0])};
    for (int turn = 0; turn < turns; turn++) {
      for (int i = 0; i < loads.size(); i++) {
        int one = (i + turn) % loads.size();
        Latencies found = loads.get(one).open(share * capacity, seconds);
        last[one][turn] = found.at(0.99);
        all[one] = all[one].and(found);
      }
    }
    line("%.0f %% of capacity, %d modules: %s", 100 * share, FEW, all[0]);
    line(
        "%.0f %% of capacity, %d modules: %s; p99 of a turn, ratio %.2f",
        100 * share, many, all[1], median(ratios(last[1], last[0])));
  }

  /** What goes on beside requests, until it is closed. */
  private interface Disturbance extends AutoCloseable {
    @Override
    void close() throws IOException, InterruptedException;
  }

  /** What begins a disturbance. */
  private interface Disturbing {
    Disturbance begin() throws IOException, InterruptedException;
  }

  /** The same requests without and with a disturbance, in turns. */
  private void compare(LoadGenerator load, double rate, String name, Disturbing disturbing)
      throws IOException, InterruptedException {
    double[][] last = new double[2][turns];
    Latencies[] all = {Latencies.of(new double[0]), Latencies.of(new double[0])};
    for (int turn = 0; turn < turns; turn++) {
      for (int i = 0; i < 2; i++) {
        int disturbed = (i + turn) % 2;
        Latencies found;
        if (disturbed == 1) {
          try (Disturbance unused = disturbing.begin()) {
            found = load.open(rate, seconds);
          }
        } else {
          found = load.open(rate, seconds);
        }
        last[disturbed][turn] = found.at(0.99);
        all[disturbed] = all[disturbed].and(found);
      }
    }
    line("without %s: %s", name, all[0]);
    line("with %s: %s; p99 of a turn, ratio %.2f", name, all[1], median(ratios(last[1], last[0])));
  }

  private void changes(Registry registry, LoadGenerator load, double rate)
      throws IOException, InterruptedException {
    AtomicInteger count = new AtomicInteger();
    compare(
        load,
        rate,
        "changes of what is live",
        () -> {
          AtomicBoolean wanted = new AtomicBoolean(true);
          Thread thread = new Thread(() -> swap(registry, wanted, count), "swaps");
          thread.start();
          return () -> {
            wanted.set(false);
            thread.join();
          };
        });
    line("changes: %d", count.get());
  }

  /** A training of the server's own, which takes longer than a turn and is stopped at its end. */
  private void besideAJob(Asker asker, LoadGenerator load, double rate)
      throws IOException, InterruptedException {
    String table = WorkGiver.rows(random.split(), JOB_ROWS);
    String data = accepted(asker.put("/v1/data/orders?file=orders.csv", table)).path("id").asText();
    Map<String, Object> job =
        Map.of(
            "kind",
            "tune",
            "name",
            "beside",
            "data",
            data,
            "settings",
            Map.of("method", "lora", "training.epochs", JOB_EPOCHS));
    compare(
        load,
        rate,
        "a job",
        () -> {
          String address = "/v1/jobs/" + accepted(asker.post("/v1/jobs", job)).path("id").asText();
          // Its first steps: before them it reads the base.
          while (asker.get(address).json().at("/progress/done").asInt() == 0) {
            Thread.sleep(200);
          }
          return () -> {
            accepted(asker.post(address + "/cancel", Map.of()));
            WorkGiver.awaitJobs(asker);
          };
        });
  }

  private static JsonNode accepted(Answer answer) {
    if (answer.status() >= 300) {
      throw new IllegalStateException(answer.detail());
    }
    return answer.json();
  }

  /** Makes each of two versions live in turn. */
  private static void swap(Registry registry, AtomicBoolean wanted, AtomicInteger count) {
    ModuleReference live =
        new ModuleReference.Live(new ModuleName(Traffic.FOOD), LiveTarget.EVERYWHERE);
    while (wanted.get()) {
      int other = 3 - registry.modules().resolve(live).number();
      registry
          .lifeCycle()
          .goLive(VersionId.of(Traffic.FOOD, other), LiveTarget.EVERYWHERE, "release");
      count.incrementAndGet();
      LockSupport.parkNanos(SWAP_PAUSE);
    }
  }

  /** The first answer of modules that are on the disk alone, and their second one. */
  private void cold(Asker asker) throws IOException, InterruptedException {
    List<Double> first = new ArrayList<>();
    List<Double> second = new ArrayList<>();
    for (String name : names(many - COLD, many)) {
      first.add(milliseconds(asker, name));
      second.add(milliseconds(asker, name));
    }
    line("first answer of a module that is not in memory: %s", of(first));
    line("its second answer: %s", of(second));
  }

  private static double milliseconds(Asker asker, String model)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    var unused =
        accepted(asker.post("/v1/classify", Map.of("model", model, "input", "the pump leaks")));
    return (System.nanoTime() - begun) / 1e6;
  }

  private static Latencies of(List<Double> milliseconds) {
    return Latencies.of(milliseconds.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static double[] ratios(double[] some, double[] others) {
    return IntStream.range(0, some.length).mapToDouble(i -> some[i] / others[i]).toArray();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
