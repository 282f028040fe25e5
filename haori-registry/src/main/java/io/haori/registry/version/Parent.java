package io.haori.registry.version;

import io.haori.registry.name.VersionId;

/**
 * A version that another one was made of.
 *
 * @param id which
 * @param relation how
 */
public record Parent(VersionId id, Relation relation) {}
