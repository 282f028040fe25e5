package io.haori.registry.lifecycle;

import java.time.Instant;

/**
 * An evaluation as it is in the registry.
 *
 * @param evaluation what was measured
 * @param happened when
 * @param actor who measured it
 */
public record RecordedEvaluation(Evaluation evaluation, Instant happened, String actor) {}
