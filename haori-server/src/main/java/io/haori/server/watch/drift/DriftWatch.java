package io.haori.server.watch.drift;

import io.haori.analysis.drift.DriftKind;
import io.haori.analysis.drift.DriftProfile;
import io.haori.analysis.drift.ObservedRow;
import io.haori.registry.Registry;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.VersionId;
import io.haori.registry.watch.DriftReference;
import io.haori.server.engine.ServedVersion;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the texts that each version answers with those of its evaluation, and raises an alarm
 * when they differ by more than chance: in the log, the metrics and by a webhook.
 *
 * <p>Bounded: {@value #MOST} versions are watched, those that answered last.
 */
public final class DriftWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);
  private static final int MOST = 512;

  private final Registry registry;
  private final MeterRegistry meters;
  private final long interval;
  private final Executor loader;
  private final LongSupplier nanoseconds;
  private final ToLongFunction<ModuleName> seenAt;
  private final Webhook webhook;

  /** By key of the version, the one that answered last at the end. */
  private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  /** A version that answered; not watched where it has no reference, or not yet. */
  private static final class Entry {
    private final VersionId id;
    private final List<Meter> gauges = new ArrayList<>();
    private @Nullable WatchedVersion watched;
    private String profile = "";
    private long askedAt = -1;
    private boolean asking;

    private Entry(VersionId id) {
      this.id = id;
    }
  }

  /**
   * Watches from now on.
   *
   * @param registry holds the references
   * @param meters show drift and alarms
   * @param interval between two windows of a version
   * @param loader reads references
   * @param nanoseconds as {@link System#nanoTime}
   * @param seenAt number of the registry's changes when something was last done about a module
   * @param webhook is sent alarms
   */
  public DriftWatch(
      Registry registry,
      MeterRegistry meters,
      Duration interval,
      Executor loader,
      LongSupplier nanoseconds,
      ToLongFunction<ModuleName> seenAt,
      Webhook webhook) {
    this.registry = registry;
    this.meters = meters;
    this.interval = interval.toNanos();
    this.loader = loader;
    this.nanoseconds = nanoseconds;
    this.seenAt = seenAt;
    this.webhook = webhook;
  }

  /**
   * Sees the rows of an answer.
   *
   * @param id the version that answered alone
   * @param rows what is seen of them
   */
  public void see(ServedVersion id, List<ObservedRow> rows) {
    Entry entry;
    WatchedVersion watched;
    synchronized (entries) {
      entry = entry(id);
      watched = entry.watched;
    }
    if (watched != null) {
      Set<DriftKind> begun = watched.see(rows, nanoseconds.getAsLong());
      if (begun != null) {
        report(entry, watched.status(), begun);
      }
    }
  }

  /**
   * Reads what versions are compared with before their first answer.
   *
   * @param ids such as those that are live
   */
  public void expect(List<ServedVersion> ids) {
    synchronized (entries) {
      for (ServedVersion id : ids) {
        if (entries.containsKey(id.key()) || entries.size() < MOST) {
          entry(id);
        }
      }
    }
  }

  /** Under the lock. */
  private Entry entry(ServedVersion id) {
    Entry entry =
        entries.computeIfAbsent(
            id.key(), key -> new Entry(VersionId.of(id.module(), id.version())));
    forgetOldest();
    if (!entry.asking && entry.askedAt != seenAt.applyAsLong(entry.id.name())) {
      entry.asking = true;
      loader.execute(() -> load(id, entry));
    }
    return entry;
  }

  private void forgetOldest() {
    Iterator<Entry> oldest = entries.values().iterator();
    while (entries.size() > MOST) {
      oldest.next().gauges.forEach(meters::remove);
      oldest.remove();
    }
  }

  private void load(ServedVersion id, Entry entry) {
    long at = seenAt.applyAsLong(entry.id.name());
    String profile = entry.profile;
    WatchedVersion watched = entry.watched;
    try {
      Optional<DriftReference> reference = registry.watch().reference(entry.id);
      String stored = reference.map(DriftReference::profile).orElse("");
      if (!stored.equals(profile)) {
        profile = stored;
        watched =
            new WatchedVersion(
                id,
                DriftProfile.fromJson(stored),
                interval,
                new Random(id.digest().hashCode()),
                nanoseconds.getAsLong());
      }
    } catch (RuntimeException e) {
      LOG.warn("What {} saw in its evaluation cannot be read: {}", id, e.getMessage());
    }
    synchronized (entries) {
      entry.watched = watched;
      entry.profile = profile;
      entry.askedAt = at;
      entry.asking = false;
    }
  }

  private void report(Entry entry, DriftStatus status, Set<DriftKind> begun) {
    synchronized (entries) {
      if (entry.gauges.isEmpty() && entries.containsValue(entry)) {
        for (DriftKind kind : DriftKind.values()) {
          entry.gauges.add(
              gauge("haori.drift", "How far live texts are from the evaluation", entry, kind));
          entry.gauges.add(
              gauge("haori.drift.limit", "From where on drift is more than chance", entry, kind));
          entry.gauges.add(gauge("haori.drift.alarm", "1 while there is an alarm", entry, kind));
        }
      }
    }
    if (!begun.isEmpty()) {
      LOG.warn(
          "The texts of {} differ from its evaluation: {}",
          status.id(),
          String.join(", ", begun.stream().map(DriftKind::word).sorted().toList()));
      webhook.send(event(status, begun));
    }
  }

  private Gauge gauge(String name, String description, Entry entry, DriftKind kind) {
    DriftStatus first = Objects.requireNonNull(entry.watched).status();
    return Gauge.builder(name, () -> value(name, entry, kind))
        .description(description)
        .tag("module", first.id().module())
        .tag("version", String.valueOf(first.id().version()))
        .tag("kind", kind.word())
        .strongReference(true)
        .register(meters);
  }

  private double value(String name, Entry entry, DriftKind kind) {
    WatchedVersion watched;
    synchronized (entries) {
      watched = Objects.requireNonNull(entry.watched);
    }
    DriftStatus status = watched.status();
    return switch (name) {
      case "haori.drift" -> status.drift().getOrDefault(kind, Double.NaN);
      case "haori.drift.limit" -> status.limits().getOrDefault(kind, Double.NaN);
      default -> status.raised().contains(kind) ? 1 : 0;
    };
  }

  private static Map<String, Object> event(DriftStatus status, Set<DriftKind> begun) {
    Map<String, Object> kinds = new TreeMap<>();
    for (DriftKind kind : begun) {
      kinds.put(
          kind.word(),
          Map.of(
              "drift", status.drift().getOrDefault(kind, 0.0),
              "limit", status.limits().getOrDefault(kind, 0.0)));
    }
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("event", "drift");
    event.put("module", status.id().module());
    event.put("version", status.id().version());
    event.put("digest", status.id().digest());
    event.put("kinds", kinds);
    return event;
  }

  /** What is known of the versions that answered. */
  public List<DriftStatus> all() {
    List<WatchedVersion> watched = new ArrayList<>();
    synchronized (entries) {
      for (Entry entry : entries.values()) {
        if (entry.watched != null) {
          watched.add(entry.watched);
        }
      }
    }
    return watched.stream().map(WatchedVersion::status).toList();
  }

  /** What is known of one version; empty when it has not answered or has no reference. */
  public Optional<DriftStatus> of(ServedVersion id) {
    WatchedVersion watched;
    synchronized (entries) {
      Entry entry = entries.get(id.key());
      watched = entry == null ? null : entry.watched;
    }
    return Optional.ofNullable(watched).map(WatchedVersion::status);
  }
}
