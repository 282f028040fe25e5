package io.haori.registry;

import io.haori.registry.version.ModuleVersion;

/**
 * What came of adding a folder.
 *
 * @param version that holds its content
 * @param isNew whether it was made now; false when an equal one was there
 */
public record Added(ModuleVersion version, boolean isNew) {}
