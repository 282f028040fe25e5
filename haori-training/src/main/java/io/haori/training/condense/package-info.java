/**
 * Stored modules made fewer and smaller, with what that changes on labelled rows: measured, never
 * assumed.
 *
 * <p>Start at {@link io.haori.training.condense.StoredModule} (a folder's module with what is
 * beside it), then {@link io.haori.training.condense.LossBound} (how far a module may be pruned),
 * {@link io.haori.training.condense.HeadAverage} (the head of a merged module) and {@link
 * io.haori.training.condense.MeanModel} (models of other domains as one start). The arithmetic is
 * in {@code io.haori.adapter.combine}.
 */
@NullMarked
package io.haori.training.condense;

import org.jspecify.annotations.NullMarked;
