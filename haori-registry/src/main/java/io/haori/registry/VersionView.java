package io.haori.registry;

import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.VersionId;
import io.haori.registry.version.ModuleVersion;
import io.haori.registry.version.VersionStatus;
import java.util.List;

/**
 * A version with all that is known of it.
 *
 * @param version what never changes
 * @param status its state, and since when
 * @param live where it is live
 * @param children versions that were made of it
 */
public record VersionView(
    ModuleVersion version, VersionStatus status, List<LiveTarget> live, List<VersionId> children) {}
