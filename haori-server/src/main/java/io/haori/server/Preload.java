package io.haori.server;

import io.haori.registry.RegistryState.LiveVersion;
import io.haori.registry.VersionSummary;
import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import io.haori.registry.name.ModuleReference;
import io.haori.server.engine.BaseEngine;
import io.haori.server.engine.BaseEngines;
import io.haori.server.engine.ServedModule;
import io.haori.server.problem.Problem;
import io.haori.server.problem.Refused;
import io.haori.server.watch.ModuleDirectory;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings modules into memory before requests ask for them: what is pinned and what is live. */
final class Preload {
  private static final Logger LOG = LoggerFactory.getLogger(Preload.class);

  private final BaseEngines engines;
  private final List<String> pinned;
  private final MeterRegistry meters;

  /**
   * Of one server.
   *
   * @param engines whose memory it is
   * @param pinned references to modules that stay in memory
   * @param meters count swaps
   */
  Preload(BaseEngines engines, List<String> pinned, MeterRegistry meters) {
    this.engines = engines;
    this.pinned = pinned;
    this.meters = meters;
  }

  /** What is pinned or live comes in now, so that the first request for it does not wait. */
  void begin(ModuleDirectory directory) {
    pin(directory);
    for (LiveVersion live : directory.live()) {
      VersionSummary version = directory.get(live.id());
      engines
          .withDigest(version.baseDigest())
          .ifPresent(
              engine -> {
                ServedModule module = directory.served(version);
                if (engine.residents().hasRoomFor(version.bytes())) {
                  await(engine.bring(module));
                }
              });
    }
  }

  /** What is pinned at this moment comes in and stays; a name may mean another version later. */
  private void pin(ModuleDirectory directory) {
    Map<BaseEngine, Set<String>> keys = new LinkedHashMap<>();
    engines.all().forEach(engine -> keys.put(engine, new HashSet<>()));
    List<CompletableFuture<Void>> loading = new ArrayList<>();
    for (String name : pinned) {
      try {
        ServedModule module = directory.served(directory.resolve(ModuleReference.parse(name)));
        BaseEngine engine = engines.of(module);
        Objects.requireNonNull(keys.get(engine)).add(module.id().key());
        loading.add(engine.bring(module));
      } catch (Refused e) {
        LOG.warn("{} is pinned, but cannot be served: {}", name, e.getMessage());
      }
    }
    keys.forEach((engine, kept) -> engine.residents().pin(kept));
    loading.forEach(Preload::await);
  }

  private static void await(CompletableFuture<Void> loading) {
    try {
      loading.join();
    } catch (RuntimeException e) {
      // Reported where it was read; the others are served.
      LOG.debug("Not brought in", Problem.cause(e));
    }
  }

  /** Brings in what is about to become live in the place of a version that is in memory. */
  void prepare(ModuleDirectory before, ModuleDirectory after) {
    Map<Place, LiveVersion> was = byPlace(before);
    Map<Place, LiveVersion> is = byPlace(after);
    is.forEach(
        (place, live) -> {
          if (!live.equals(was.get(place))) {
            bring(after, live);
          }
        });
    for (Place place : was.keySet()) {
      if (!is.containsKey(place)) {
        LOG.info("{}@{} is no version any more", place.name(), place.target());
      }
    }
    if (!pinned.isEmpty()) {
      pin(after);
    }
  }

  private record Place(ModuleName name, LiveTarget target) {}

  private static Map<Place, LiveVersion> byPlace(ModuleDirectory directory) {
    Map<Place, LiveVersion> found = new LinkedHashMap<>();
    directory.live().forEach(one -> found.put(new Place(one.id().name(), one.target()), one));
    return found;
  }

  private void bring(ModuleDirectory directory, LiveVersion live) {
    VersionSummary version = directory.get(live.id());
    meters.counter("haori.swaps").increment();
    LOG.info("{}@{} is version {} now", live.id().name(), live.target(), live.id().number());
    engines
        .withDigest(version.baseDigest())
        .ifPresent(engine -> await(engine.bring(directory.served(version))));
  }
}
