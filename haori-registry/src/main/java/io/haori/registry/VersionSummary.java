package io.haori.registry;

import io.haori.registry.name.VersionId;
import io.haori.registry.version.State;
import java.time.Instant;

/**
 * A version in a line.
 *
 * @param id name and number
 * @param digest SHA-256 over paths and digests of its files
 * @param state in its life
 * @param created when it was added
 * @param author who added it
 * @param method of it
 * @param baseName of its base
 * @param baseDigest SHA-256 of the base's weights
 * @param bytes of its files
 */
public record VersionSummary(
    VersionId id,
    String digest,
    State state,
    Instant created,
    String author,
    String method,
    String baseName,
    String baseDigest,
    long bytes) {}
