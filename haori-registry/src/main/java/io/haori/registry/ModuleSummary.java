package io.haori.registry;

import io.haori.registry.name.VersionId;
import io.haori.registry.version.State;
import java.time.Instant;
import java.util.Map;

/**
 * A module in a line.
 *
 * @param newest its newest version
 * @param state of that one
 * @param created when that one was added
 * @param author who added it
 * @param method of it
 * @param baseName of it
 * @param bytes of its files
 * @param live versions by alias, for example {@code live/berlin} → 2
 */
public record ModuleSummary(
    VersionId newest,
    State state,
    Instant created,
    String author,
    String method,
    String baseName,
    long bytes,
    Map<String, Integer> live) {}
