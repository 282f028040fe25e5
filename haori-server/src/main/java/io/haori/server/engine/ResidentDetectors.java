package io.haori.server.engine;

import io.haori.core.check.UserError;
import io.haori.inference.anomaly.AnomalyDetector;
import io.haori.inference.anomaly.AnomalyFolder;
import io.haori.inference.anomaly.AnomalyMap;
import io.haori.inference.model.TextBase;
import io.haori.inference.task.spi.Row;
import io.haori.model.image.Picture;
import io.haori.server.problem.Refused;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The detectors of anomalies that are in memory on one base: brought in when they are asked for,
 * taken out by least use when their memory is full. One thread has them all, and asks one after the
 * other.
 */
final class ResidentDetectors implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResidentDetectors.class);
  private static final long CLOSING_SECONDS = 60;

  private final TextBase base;
  private final long memory;
  private final ExecutorService thread;

  /** By key, the one that was not used for longest first; of the thread alone. */
  private final Map<String, AnomalyDetector> held = new LinkedHashMap<>(16, 0.75f, true);

  private final Set<String> keys = ConcurrentHashMap.newKeySet();

  /**
   * None yet.
   *
   * @param base that pictures are read with; not closed here
   * @param memory bytes that they may take together
   */
  ResidentDetectors(TextBase base, long memory) {
    this.base = base;
    this.memory = memory;
    thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = new Thread(work, "haori-detectors " + base.name());
              made.setDaemon(true);
              return made;
            });
  }

  /**
   * Works with a detector.
   *
   * @param module a detector on this base
   * @param work its result must not hold the detector
   * @param <T> what it gives
   * @return fails with a {@link Refused} when the detector cannot be brought in
   */
  <T> CompletableFuture<T> use(ServedModule module, Function<AnomalyDetector, T> work) {
    return CompletableFuture.supplyAsync(() -> work.apply(get(module)), thread);
  }

  /**
   * Scores pictures.
   *
   * @param module a detector on this base
   * @param rows of pictures
   * @param wanted of it
   */
  CompletableFuture<Detected> detect(
      ServedModule module, List<Row> rows, BaseEngine.Detection wanted) {
    return use(module, detector -> detected(detector, rows, wanted));
  }

  private Detected detected(AnomalyDetector detector, List<Row> rows, BaseEngine.Detection wanted) {
    Double chosen = wanted.threshold();
    double threshold = chosen == null ? detector.threshold() : chosen;
    long tokens = base.reader().read(rows, 0).tokens();
    List<AnomalyDetector.Scored> found = detector.observe(rows);
    List<Detected.Scored> scored = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      AnomalyMap map = found.get(i).map();
      Picture picture = Objects.requireNonNull(rows.get(i).picture());
      scored.add(
          new Detected.Scored(
              map.score(),
              map.score() > threshold,
              wanted.drawn() ? detector.drawn(picture.read(), map, threshold) : null,
              found.get(i).seen()));
    }
    return new Detected(threshold, scored, tokens);
  }

  /** Whether a detector is in memory. */
  boolean has(ServedVersion id) {
    return keys.contains(id.key());
  }

  private AnomalyDetector get(ServedModule module) {
    AnomalyDetector known = held.get(module.id().key());
    if (known != null) {
      return known;
    }
    AnomalyDetector read = read(module);
    long bytes = read.bytes();
    if (bytes > memory) {
      read.close();
      throw Refused.unavailable(
          module.id()
              + " cannot be served: it needs "
              + megabytes(bytes)
              + " MB of at most "
              + megabytes(memory)
              + " MB for modules",
          0);
    }
    makeRoom(bytes);
    held.put(module.id().key(), read);
    keys.add(module.id().key());
    return read;
  }

  private static long megabytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  private AnomalyDetector read(ServedModule module) {
    try {
      return ModuleReader.inTemporary(module, folder -> AnomalyFolder.load(folder, base));
    } catch (UserError e) {
      String sentence = Objects.requireNonNullElse(e.getMessage(), "");
      LOG.warn("{} cannot be served: {}", module.id(), sentence);
      throw Refused.unavailable(module.id() + " cannot be served: " + sentence, 0);
    }
  }

  private void makeRoom(long bytes) {
    long used = held.values().stream().mapToLong(AnomalyDetector::bytes).sum();
    Iterator<Map.Entry<String, AnomalyDetector>> leastUsed = held.entrySet().iterator();
    while (used + bytes > memory && leastUsed.hasNext()) {
      Map.Entry<String, AnomalyDetector> one = leastUsed.next();
      used -= one.getValue().bytes();
      keys.remove(one.getKey());
      leastUsed.remove();
      one.getValue().close();
    }
  }

  /** Answers what waits, then frees all; nothing where that was done. */
  @Override
  public void close() {
    if (thread.isShutdown()) {
      return;
    }
    List<AnomalyDetector> all = new ArrayList<>();
    thread.execute(() -> all.addAll(held.values()));
    thread.shutdown();
    try {
      if (thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        all.forEach(AnomalyDetector::close);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    keys.clear();
  }
}
