package io.haori.registry.lifecycle;

import io.haori.registry.name.LiveTarget;
import io.haori.registry.name.ModuleName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That another version, or none, became live somewhere.
 *
 * @param seq number of its log entry
 * @param name of the module
 * @param target where
 * @param version its number, null when nothing is live there any more
 * @param replaced number of the move that a rollback leads back to, null when there is none
 * @param action {@code promote}, {@code rollback} or {@code withdraw}
 * @param happened when
 * @param actor who
 * @param reason why
 */
public record AliasMove(
    long seq,
    ModuleName name,
    LiveTarget target,
    @Nullable Integer version,
    @Nullable Long replaced,
    String action,
    Instant happened,
    String actor,
    String reason) {}
