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
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
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
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the texts or pictures that each version answers with those of its evaluation, and raises
 * an alarm when they differ by more than chance: in the log, the metrics and by a webhook.
 *
 * <p>Bounded: {@value #MOST} versions are watched, those that answered last. Where it has a folder,
 * a server that is started anew goes on with the windows and alarms that it had.
 */
public final class DriftWatch {
  private static final Logger LOG = LoggerFactory.getLogger(DriftWatch.class);
  private static final int MOST = 512;

  private final Registry registry;
  private final MeterRegistry meters;
  private final Duration interval;
  private final Executor loader;
  private final InstantSource clock;
  private final @Nullable WindowFiles files;
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
   * @param clock for the beginning of windows
   * @param seenAt number of the registry's changes when something was last done about a module
   * @param webhook is sent alarms
   * @param folder where windows are kept over a restart; null to keep none
   */
  public DriftWatch(
      Registry registry,
      MeterRegistry meters,
      Duration interval,
      Executor loader,
      InstantSource clock,
      ToLongFunction<ModuleName> seenAt,
      Webhook webhook,
      @Nullable Path folder) {
    this.registry = registry;
    this.meters = meters;
    this.interval = interval;
    this.loader = loader;
    this.clock = clock;
    this.seenAt = seenAt;
    this.webhook = webhook;
    files = folder == null ? null : new WindowFiles(folder);
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
      Set<DriftKind> begun = watched.see(rows, clock.instant());
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
        DriftProfile read = DriftProfile.fromJson(stored);
        watched =
            new WatchedVersion(
                id, read, interval, new Random(id.digest().hashCode()), kept(id, stored, read));
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

  private KeptWindow kept(ServedVersion id, String stored, DriftProfile profile) {
    Optional<KeptWindow> before =
        files == null ? Optional.empty() : files.read(id, stored, profile);
    return before.orElseGet(() -> KeptWindow.empty(clock.instant()));
  }

  /**
   * Writes where the windows are of those versions that saw something since the last time.
   *
   * @throws io.haori.core.check.UserError when one cannot be written; what it saw is written with
   *     its next row
   */
  public void keep() {
    if (files == null) {
      return;
    }
    Map<WatchedVersion, String> all = new LinkedHashMap<>();
    synchronized (entries) {
      for (Entry entry : entries.values()) {
        if (entry.watched != null) {
          all.put(entry.watched, entry.profile);
        }
      }
    }
    all.forEach(
        (watched, profile) ->
            watched.changed().ifPresent(kept -> files.write(watched.id(), profile, kept)));
  }

  private void report(Entry entry, DriftStatus status, Set<DriftKind> begun) {
    synchronized (entries) {
      if (entry.gauges.isEmpty() && entries.containsValue(entry)) {
        for (DriftKind kind : DriftKind.values()) {
          entry.gauges.add(
              gauge("haori.drift", "How far live inputs are from the evaluation", entry, kind));
          entry.gauges.add(
              gauge("haori.drift.limit", "From where on drift is more than chance", entry, kind));
          entry.gauges.add(gauge("haori.drift.alarm", "1 while there is an alarm", entry, kind));
        }
      }
    }
    if (!begun.isEmpty()) {
      LOG.warn(
          "What {} is asked differs from its evaluation: {}",
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
