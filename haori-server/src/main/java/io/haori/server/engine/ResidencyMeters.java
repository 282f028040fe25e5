package io.haori.server.engine;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what is in memory and who uses it: each resident module is in the metrics for as long as
 * it is resident, whether a request uses it at that moment or not.
 */
final class ResidencyMeters {
  private final MeterRegistry meters;
  private final String base;
  private final Counter loads;
  private final Counter evictions;
  private final Map<String, List<Meter>> residents = new HashMap<>();
  private final Map<String, Counter> uses = new ConcurrentHashMap<>();

  ResidencyMeters(MeterRegistry meters, String base) {
    this.meters = meters;
    this.base = base;
    loads = counter("haori.module.loads", "Modules that were brought into memory");
    evictions = counter("haori.module.evictions", "Modules that were taken out of memory");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).tag("base", base).register(meters);
  }

  private Tags tags(ServedVersion id) {
    return Tags.of("base", base, "module", id.module(), "version", String.valueOf(id.version()));
  }

  /** A version came in; under the lock of its owner. */
  void loaded(ServedVersion id, long bytes) {
    loads.increment();
    Gauge resident =
        Gauge.builder("haori.module.resident.bytes", () -> bytes)
            .description("Bytes of a module that is in memory")
            .tags(tags(id))
            .strongReference(true)
            .register(meters);
    residents.put(id.key(), List.of(resident));
  }

  /** A version went; under the lock of its owner. */
  void removed(ServedVersion id) {
    evictions.increment();
    residents.getOrDefault(id.key(), List.of()).forEach(meters::remove);
    residents.remove(id.key());
  }

  /** A request uses a version. */
  void used(ServedVersion id) {
    uses.computeIfAbsent(
            id.toString(),
            name ->
                Counter.builder("haori.module.requests")
                    .description("Requests that used a module")
                    .tags(tags(id))
                    .register(meters))
        .increment();
  }
}
