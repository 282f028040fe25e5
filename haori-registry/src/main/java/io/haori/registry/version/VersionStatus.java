package io.haori.registry.version;

import java.time.Instant;

/**
 * State of a version at present.
 *
 * @param state in its life
 * @param changed when it came to that state
 * @param purged whether its files were given up for deletion
 */
public record VersionStatus(State state, Instant changed, boolean purged) {}
