/**
 * Runs that are never done twice: each finished one is kept in a folder under a digest of all that
 * it depends on. Start at {@link io.haori.training.runs.FinishedRuns}.
 */
@NullMarked
package io.haori.training.runs;

import org.jspecify.annotations.NullMarked;
