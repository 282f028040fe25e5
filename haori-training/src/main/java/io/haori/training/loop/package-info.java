/**
 * The training loop, which knows neither tasks nor adapter methods.
 *
 * <p>Start at {@link io.haori.training.loop.TrainingTask}, what the loop wants to be given, then
 * {@link io.haori.training.loop.LoopConfig}, what can be chosen, and {@link
 * io.haori.training.loop.TrainingLoop}, the door. {@link io.haori.training.loop.TrainingRun} is one
 * run from the first step to the last.
 */
@NullMarked
package io.haori.training.loop;

import org.jspecify.annotations.NullMarked;
