/**
 * Training in stages: which parameters move, for how long and how fast changes from stage to stage,
 * and a stage that does not improve validation is undone.
 *
 * <p>Start at {@link io.haori.training.progressive.ProgressiveTraining}; a stage itself is a run of
 * {@link io.haori.training.loop.TrainingLoop}. What a method wants it says as {@link
 * io.haori.adapter.spi.TrainingStrategy.Progressive}.
 */
@NullMarked
package io.haori.training.progressive;

import org.jspecify.annotations.NullMarked;
