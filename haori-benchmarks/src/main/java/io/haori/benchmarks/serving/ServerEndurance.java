package io.haori.benchmarks.serving;

import io.haori.benchmarks.serving.Asker.Answer;
import io.haori.core.weights.DType;
import io.haori.inference.model.TextBase;
import io.haori.inference.model.TextOptions;
import io.haori.inference.router.Route;
import io.haori.model.backbone.Pooling;
import io.haori.model.base.FetchListener;
import io.haori.registry.Credentials;
import io.haori.registry.Maintenance.Verification;
import io.haori.registry.Registry;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import io.haori.tensor.Engine;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Serves mixed traffic with changes of what is live, uploads and jobs, while the server is killed
 * (SIGKILL) and started again, and compares every answer with what this process computes by itself,
 * and everything that was confirmed with what is there afterwards.
 *
 * <p>Arguments: the launcher, an empty folder, how many servers are killed, seconds of each of
 * them, seconds of the last one, which is not killed. Ends with 1 when anything was lost or wrong.
 */
public final class ServerEndurance {
  private static final int CLIENTS = 4;
  private static final int COLD = 30;
  private static final int WARM_UP = 30;
  private static final int MINUTE = 60;
  private static final long SWAP_PAUSE = 3_000;
  private static final LiveTarget EVERYWHERE = LiveTarget.EVERYWHERE;

  private final String program;
  private final Path folder;
  private final PrintStream out;
  private final Tally tally;
  private final LiveHistory history = new LiveHistory();
  private final SplittableRandom random = new SplittableRandom(7);
  private volatile @Nullable ServerLife life;

  private ServerEndurance(String program, Path folder, PrintStream out) {
    this.program = program;
    this.folder = folder;
    this.out = out;
    tally = new Tally(out);
  }

  /** Runs it. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws Exception {
    Engine.setThreads(1);
    ServerEndurance run = new ServerEndurance(arguments[0], Path.of(arguments[1]), System.out);
    int lives = Integer.parseInt(arguments[2]);
    int seconds = Integer.parseInt(arguments[3]);
    int last = Integer.parseInt(arguments[4]);
    System.exit(run.run(lives, seconds, last) ? 0 : 1);
  }

  private boolean run(int lives, int seconds, int last) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    RegistryLocation location = RegistryLocation.ofFolder(folder.resolve("reg"));
    String user = System.getProperty("user.name");
    TextOptions options = new TextOptions(Pooling.MEAN, TextOptions.DEFAULT_MAX_LENGTH, DType.F32);
    try (Registry registry =
            Registry.openOrCreate(
                location, new Credentials(user, null, null), InstantSource.system());
        TextBase base = TextBase.open("minilm", DType.F32, FetchListener.SILENT);
        ServedModules modules =
            new ServedModules(registry, base, options, folder.resolve("modules"))) {
      ExpectedAnswers expected = new ExpectedAnswers(random.split());
      prepare(modules, expected);
      FeedbackGiver feedback = new FeedbackGiver(tally);
      WorkGiver work = new WorkGiver(tally, random.split());
      List<Thread> threads = new ArrayList<>();
      ConcurrentHashMap<Integer, double[]> vectors = new ConcurrentHashMap<>();
      for (int i = 0; i < CLIENTS; i++) {
        Traffic client =
            new Traffic(modules, expected, history, feedback, vectors, tally, random.split(), COLD);
        threads.add(new Thread(asking(Traffic.PAUSE, client), "client-" + i));
      }
      threads.add(new Thread(asking(WorkGiver.PAUSE, work), "work"));
      SplittableRandom ofSwaps = random.split();
      threads.add(new Thread(() -> swap(registry, ofSwaps), "swaps"));
      threads.forEach(Thread::start);
      int port = freePort();
      for (int i = 1; i <= lives; i++) {
        live(i, port, seconds, registry, feedback, work);
      }
      liveToTheEnd(lives + 1, port, last, registry, feedback, work, threads);
    }
    return report();
  }

  private AskingLoop asking(long pause, AskingLoop.Step step) {
    return new AskingLoop(() -> life, random.split(), pause, step);
  }

  private void prepare(ServedModules modules, ExpectedAnswers expected) {
    long begun = System.nanoTime();
    VersionId first = modules.add(Traffic.FOOD, "lora", expected);
    modules.goLive(first);
    for (String method : List.of("lora", "dora")) {
      modules.goLive(modules.add(Traffic.FOOD, method, expected));
    }
    history.add(3, begun, System.nanoTime());
    VersionId plant = modules.add("plant", "lora", expected);
    modules.goLive(plant);
    expected.compute(
        Traffic.MIX,
        modules.live(),
        new Route(Map.of(first.toString(), 0.7, plant.toString(), 0.3), first.toString()));
    for (int i = 0; i < COLD; i++) {
      modules.add("cold" + i, "lora", expected);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private ServerProcess start(int port) throws IOException {
    return ServerProcess.start(
        program,
        folder.resolve("server.log"),
        List.of(
            "--registry",
            folder.resolve("reg").toString(),
            "--work",
            folder.resolve("work").toString(),
            "--base",
            "minilm",
            "--precision",
            "fp32",
            // Room for two thirds of the modules, so that they come and go.
            "--module-memory",
            "7",
            "--drift-interval",
            "1",
            "--port",
            String.valueOf(port)));
  }

  /** What is live changes: a version is promoted, or what was live before comes back. */
  private void swap(Registry registry, SplittableRandom mine) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(mine.nextLong(2 * SWAP_PAUSE));
        long begun = System.nanoTime();
        int version;
        if (mine.nextInt(3) == 0) {
          version =
              registry
                  .lifeCycle()
                  .rollback(new ModuleName(Traffic.FOOD), EVERYWHERE, "back")
                  .number();
        } else {
          version = 1 + Math.floorMod(history.now() + mine.nextInt(2), 3);
          registry.lifeCycle().goLive(VersionId.of(Traffic.FOOD, version), EVERYWHERE, "release");
        }
        history.add(version, begun, System.nanoTime());
        tally.count("changes of what is live");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      if (!Thread.currentThread().isInterrupted()) {
        tally.fault("a change was refused", String.valueOf(e));
      }
    }
  }

  /** A server from its start to its kill, and what is there afterwards. */
  private void live(
      int number, int port, int seconds, Registry registry, FeedbackGiver feedback, WorkGiver work)
      throws IOException, InterruptedException {
    try (ServerProcess server = start(port)) {
      ResidentMemory memory = begin(number, server, work);
      watch(server, memory, seconds);
      ServerLife ending = life;
      if (ending != null) {
        ending.end();
      }
      server.kill();
      life = null;
      out.printf("server %d was killed; resident %s%n", number, memory);
    }
    verify(registry, feedback);
  }

  private ResidentMemory begin(int number, ServerProcess server, WorkGiver work)
      throws IOException, InterruptedException {
    Asker asker = new Asker(server.url());
    Answer ready = asker.get("/health/ready");
    if (ready.status() != 200) {
      tally.fault("not ready", ready.detail());
    }
    work.check(asker);
    life = new ServerLife(number, asker);
    return new ResidentMemory(WARM_UP);
  }

  private void watch(ServerProcess server, ResidentMemory memory, int seconds)
      throws InterruptedException {
    for (int i = 0; i < seconds; i++) {
      Thread.sleep(1_000);
      if (!server.isAlive()) {
        tally.fault("the server ended by itself", "after " + i + " s");
        return;
      }
      memory.add(server.residentMb());
      if ((i + 1) % MINUTE == 0) {
        out.printf(Locale.ROOT, "resident after %d s: %.0f MB%n", i + 1, server.residentMb());
        out.flush();
      }
    }
  }

  private void verify(Registry registry, FeedbackGiver feedback) {
    Verification found = registry.maintenance().verify(bytes -> {});
    found.firstBreak().ifPresent(one -> tally.fault("the registry is broken", one));
    feedback.check(registry);
    tally.count("checks of the registry");
    out.printf(
        "registry: %d entries of the log and %d versions are whole: %s; faults so far: %d%n",
        found.entries(), found.versions(), found.firstBreak().isEmpty(), tally.faultCount());
    out.flush();
  }

  private void liveToTheEnd(
      int number,
      int port,
      int seconds,
      Registry registry,
      FeedbackGiver feedback,
      WorkGiver work,
      List<Thread> threads)
      throws IOException, InterruptedException {
    try (ServerProcess server = start(port)) {
      ResidentMemory memory = begin(number, server, work);
      watch(server, memory, seconds);
      for (Thread thread : threads) {
        thread.interrupt();
        thread.join();
      }
      out.printf("server %d lived longest; resident %s%n", number, memory);
      Asker asker = new Asker(server.url());
      WorkGiver.awaitJobs(asker);
      work.check(asker);
      work.checkVersions(asker, registry);
      double stopped = server.stop();
      out.printf(Locale.ROOT, "it ended by itself within %.1f s when asked to%n", stopped);
      if (stopped < 0) {
        tally.fault("did not end", "within a minute");
      }
    }
    verify(registry, feedback);
  }

  private boolean report() {
    tally.counts().forEach((what, count) -> out.printf("%8d %s%n", count, what));
    out.printf("lost or wrong: %d%n", tally.faultCount());
    out.flush();
    return tally.faultCount() == 0;
  }
}
