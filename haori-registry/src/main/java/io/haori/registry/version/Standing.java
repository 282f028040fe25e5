package io.haori.registry.version;

import java.time.Instant;

/**
 * How a version stands at present.
 *
 * @param state in its life
 * @param changed when it came to that state
 * @param purged whether its files were given up for deletion
 */
public record Standing(State state, Instant changed, boolean purged) {}
