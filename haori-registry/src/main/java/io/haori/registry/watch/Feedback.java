package io.haori.registry.watch;

import io.haori.registry.name.VersionId;
import org.jspecify.annotations.Nullable;

/**
 * A true label, compared with the answer.
 *
 * @param seq its number; later ones have larger ones
 * @param id whose head had answered
 * @param mix members with their weights where several acted; empty for one alone
 * @param trial number of the trial that it is a part of; 0 for none
 * @param arm of that trial: {@code live} or {@code candidate}; empty for none
 * @param right whether the answer was right
 * @param rightOther whether the candidate's in the shadow was; null where there is none
 */
public record Feedback(
    long seq,
    VersionId id,
    String mix,
    long trial,
    String arm,
    boolean right,
    @Nullable Boolean rightOther) {}
