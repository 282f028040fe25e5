package io.haori.benchmarks.serving;

import io.haori.registry.Addition;
import io.haori.registry.Credentials;
import io.haori.registry.Registry;
import io.haori.registry.access.TokenSecret;
import io.haori.registry.lifecycle.ApprovalRule;
import io.haori.registry.lifecycle.Evaluation;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.registry.name.NamePattern;
import io.haori.registry.name.VersionId;
import io.haori.registry.store.RegistryLocation;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Times a registry of 1,000 modules with 10 versions each: tokens, list, show, promote, rollback,
 * add, and sixteen writers at once. Settings are system properties: {@code rows} ({@code sqlite} or
 * {@code postgres}), {@code modules}, {@code versions}, {@code repeats}, {@code kilobytes} of an
 * adapter, {@code folder}. A folder whose filling was broken off is filled further. Prints one JSON
 * line a figure, in milliseconds unless its name has another unit.
 */
public final class RegistryBenchmark {
  private static final int WRITERS = 16;

  private final Path folder;
  private final RegistryLocation location;
  private final int modules = Integer.getInteger("modules", 1000);
  private final int versions = Integer.getInteger("versions", 10);
  private final int repeats = Integer.getInteger("repeats", 400);
  private final Random random = new Random(42);
  private Credentials admin = new Credentials("admin", null, null);

  private RegistryBenchmark(Path folder, RegistryLocation location) {
    this.folder = folder;
    this.location = location;
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(System.getProperty("folder", "registry-bench")));
    if (System.getProperty("rows", "sqlite").equals("sqlite")) {
      Path place = folder.resolve("registry");
      new RegistryBenchmark(folder, RegistryLocation.ofFolder(place)).measure();
      return;
    }
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setServerConfig("max_connections", "200")
            // The tests' server does not force its log to disk; a company's does.
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setDataDirectory(folder.resolve("postgres"))
            .setCleanDataDirectory(false)
            .start()) {
      String url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres?user=postgres";
      Path blobs = folder.resolve("blobs");
      new RegistryBenchmark(folder, RegistryLocation.parse(url, blobs)).measure();
    }
  }

  /** The registry that is in the folder, or a new one. */
  private Registry open() throws IOException {
    Path token = folder.resolve("token");
    if (Files.exists(token)) {
      admin = new Credentials("admin", Files.readString(token), null);
      return Registry.open(location, admin, InstantSource.system());
    }
    Registry.Created created = Registry.create(location, admin, "admin", InstantSource.system());
    TokenSecret secret = created.token();
    Files.writeString(token, secret == null ? "" : secret.text());
    admin = new Credentials("admin", Files.readString(token), null);
    return created.registry();
  }

  private void measure() throws Exception {
    try (Registry registry = open()) {
      registry
          .lifeCycle()
          .setRule(new ApprovalRule(NamePattern.ALL, "data", "test", "accuracy", 0.5, null));
      tokens(registry);
      fill(registry);
      reads(registry);
      moves(registry);
      adds(registry);
    }
    writers();
    try (Registry registry = Registry.open(location, admin, InstantSource.system())) {
      long start = System.nanoTime();
      Optional<String> broken = registry.maintenance().verify(bytes -> {}).firstBreak();
      System.out.printf(
          Locale.ROOT,
          "{\"what\": \"verify\", \"seconds\": %.1f, \"firstBreak\": \"%s\"}%n",
          (System.nanoTime() - start) / 1e9,
          broken.orElse("none"));
    }
  }

  private static ModuleName name(int module) {
    return new ModuleName("module-" + module);
  }

  private void fill(Registry registry) throws IOException {
    long start = System.nanoTime();
    // The last module that is there may lack versions; those that it has are found by their
    // content.
    int there = Math.max(0, registry.modules().list().size() - 1);
    for (int module = there; module < modules; module++) {
      for (int version = 0; version < versions; version++) {
        Path adapter = adapter(folder.resolve("work"), 1, module * 1000 + version);
        VersionId id =
            registry.modules().add(adapter, name(module), Addition.plain()).version().id();
        if (version >= versions - 3) {
          registry.lifeCycle().evaluated(id, accuracy());
          registry.lifeCycle().approve(id, "good");
        }
        if (version == versions - 3) {
          registry.lifeCycle().goLive(id, LiveTarget.EVERYWHERE, "release");
        }
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "{\"what\": \"fill\", \"versions\": %d, \"seconds\": %.1f}%n",
        (modules - there) * versions,
        seconds);
  }

  private static Evaluation accuracy() {
    return new Evaluation("data", "test", "d", Map.of("accuracy", 0.9));
  }

  private void reads(Registry registry) throws Exception {
    time("list", () -> registry.modules().list());
    time("show", () -> registry.modules().show(numbered()));
    time("show live", () -> registry.modules().show(live()));
    time("versions of a module", () -> registry.modules().versions(randomName()));
    time("history", () -> registry.maintenance().history(randomName(), 100));
    time("log", () -> registry.maintenance().log(100));
    time("live now", () -> registry.lifeCycle().liveAt(InstantSource.system().instant()));
  }

  /**
   * Who comes: the check of a token alone, and, with rows in PostgreSQL, the whole way of a request
   * to its view of an open registry.
   */
  private void tokens(Registry registry) throws Exception {
    TokenSecret token = new TokenSecret("abcdefghij", "A".repeat(43));
    String hash = token.hash();
    int inner = 1_000;
    for (int round = 0; round < 2; round++) {
      // The first round is for the JVM to compile what runs in the second.
      double[] milliseconds = new double[repeats];
      for (int i = 0; i < repeats; i++) {
        long start = System.nanoTime();
        for (int k = 0; k < inner; k++) {
          if (!token.matches(hash)) {
            throw new IllegalStateException("a token is not known by its hash");
          }
        }
        milliseconds[i] = (System.nanoTime() - start) / 1e6;
      }
      if (round == 1) {
        // Milliseconds of a thousand checks are microseconds of one.
        print("check a token, microseconds", milliseconds);
      }
    }
    if (location.isPostgres()) {
      time("view of an open registry by a token", 2_000, () -> registry.as(admin));
      time("view of an open registry by a token, again", 2_000, () -> registry.as(admin));
    }
  }

  private ModuleName randomName() {
    return name(random.nextInt(modules));
  }

  private ModuleReference numbered() {
    return new ModuleReference.Numbered(new VersionId(randomName(), 1 + random.nextInt(versions)));
  }

  private ModuleReference live() {
    return new ModuleReference.Live(randomName(), LiveTarget.EVERYWHERE);
  }

  private void moves(Registry registry) throws Exception {
    List<ModuleName> promoted = new ArrayList<>();
    int each = Math.min(repeats, modules);
    time(
        "promote",
        each,
        () -> {
          ModuleName name = name(promoted.size());
          registry
              .lifeCycle()
              .goLive(new VersionId(name, versions), LiveTarget.EVERYWHERE, "release");
          return promoted.add(name);
        });
    time(
        "rollback",
        each,
        () ->
            registry
                .lifeCycle()
                .rollback(promoted.remove(promoted.size() - 1), LiveTarget.EVERYWHERE, "worse"));
  }

  /** Adding, beside writing as many bytes and forcing them to disk. */
  private void adds(Registry registry) throws Exception {
    for (int kilobytes : new int[] {300, 3_000, 30_000}) {
      int times = Math.max(5, Math.min(50, 60_000 / kilobytes));
      double[] added = new double[times];
      double[] raw = new double[times];
      for (int i = 0; i < times; i++) {
        Path adapter = adapter(folder.resolve("work"), kilobytes, 5_000_000 + kilobytes + i);
        long start = System.nanoTime();
        registry.modules().add(adapter, new ModuleName("large"), Addition.plain());
        added[i] = (System.nanoTime() - start) / 1e6;
        byte[] content = Files.readAllBytes(adapter.resolve("adapter_model.safetensors"));
        start = System.nanoTime();
        raw(content);
        raw[i] = (System.nanoTime() - start) / 1e6;
      }
      print("add of " + kilobytes + " kB", added);
      print("write and fsync of " + kilobytes + " kB", raw);
    }
  }

  /** What the disk itself needs: the bytes written in chunks and forced, with their folder. */
  private void raw(byte[] content) throws IOException {
    Path copy = folder.resolve("raw");
    try (FileChannel out =
        FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      int chunk = 1 << 16;
      for (int at = 0; at < content.length; at += chunk) {
        ByteBuffer buffer = ByteBuffer.wrap(content, at, Math.min(chunk, content.length - at));
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
      }
      out.force(true);
    }
    try (FileChannel around = FileChannel.open(folder, StandardOpenOption.READ)) {
      around.force(true);
    }
    Files.delete(copy);
  }

  /** Each writer opens the registry for itself, as a process would. */
  private void writers() throws Exception {
    int each = Integer.getInteger("each", 25);
    ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    try {
      List<Callable<double[]>> work = new ArrayList<>();
      Set<VersionId> confirmed = new HashSet<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        int number = writer;
        work.add(() -> write(number, each, confirmed));
      }
      long start = System.nanoTime();
      List<double[]> all = new ArrayList<>();
      for (Future<double[]> one : threads.invokeAll(work)) {
        all.add(one.get());
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      print(
          WRITERS + " writers, each add and evaluate",
          all.stream().flatMapToDouble(Arrays::stream).toArray());
      int found;
      try (Registry registry = Registry.open(location, admin, InstantSource.system())) {
        found = registry.modules().versions(new ModuleName("shared")).size();
      }
      System.out.printf(
          Locale.ROOT,
          "{\"what\": \"lost updates\", \"confirmed\": %d, \"found\": %d, \"changesPerSecond\":"
              + " %.1f}%n",
          confirmed.size(),
          found,
          2.0 * WRITERS * each / seconds);
    } finally {
      threads.shutdownNow();
    }
  }

  private double[] write(int writer, int each, Set<VersionId> confirmed) throws IOException {
    double[] times = new double[each];
    try (Registry registry = Registry.open(location, admin, InstantSource.system())) {
      for (int i = 0; i < each; i++) {
        int content = 8_000_000 + 1000 * writer + i;
        Path adapter = adapter(folder.resolve("writer" + writer), 1, content);
        long start = System.nanoTime();
        VersionId id =
            registry
                .modules()
                .add(adapter, new ModuleName("shared"), Addition.plain())
                .version()
                .id();
        registry.lifeCycle().evaluated(id, accuracy());
        times[i] = (System.nanoTime() - start) / 1e6;
        synchronized (confirmed) {
          confirmed.add(id);
        }
      }
    }
    return times;
  }

  private void time(String what, Callable<?> work) throws Exception {
    time(what, repeats, work);
  }

  private static void time(String what, int times, Callable<?> work) throws Exception {
    double[] milliseconds = new double[times];
    for (int i = 0; i < times; i++) {
      long start = System.nanoTime();
      work.call();
      milliseconds[i] = (System.nanoTime() - start) / 1e6;
    }
    print(what, milliseconds);
  }

  private static void print(String what, double[] milliseconds) {
    double[] sorted = milliseconds.clone();
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "{\"what\": \"%s\", \"times\": %d, \"median\": %.2f, \"p95\": %.2f, \"worst\": %.2f}%n",
        what,
        sorted.length,
        sorted[sorted.length / 2],
        sorted[(int) Math.ceil(0.95 * sorted.length) - 1],
        sorted[sorted.length - 1]);
  }

  /** An adapter folder as tune writes it, its tensor as large as given. */
  private static Path adapter(Path place, int kilobytes, int content) throws IOException {
    Files.createDirectories(place);
    int numbers = 256 * kilobytes;
    String header =
        "{\"base_model.model.classifier.weight\":{\"dtype\":\"F32\",\"shape\":[%d],"
                .formatted(numbers)
            + "\"data_offsets\":[0,%d]}}".formatted(4 * numbers);
    byte[] head = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + head.length + 4 * numbers).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(head.length).put(head);
    Random random = new Random(content);
    while (bytes.hasRemaining()) {
      bytes.putFloat(random.nextFloat());
    }
    Files.write(place.resolve("adapter_model.safetensors"), bytes.array());
    Files.writeString(
        place.resolve("adapter_config.json"), "{\"peft_type\": \"LORA\", \"r\": 8}\n");
    Files.writeString(
        place.resolve("haori.json"),
        """
        {"formatVersion": 1, "codeVersion": "0.1.0", "method": "lora", "seed": 42,
         "base": {"name": "minilm", "digest": "b1"}, "heads": [{"domain": "", "labels": ["a"]}],
         "settings": {"method": "lora of rank 8", "batchSize": "32"},
         "data": {"train": "d1", "test": "d2"}, "test": {"accuracy": 0.9}}
        """);
    return place;
  }
}
