/**
 * State of training, on disk: enough to continue to the same bits after a stop, a failure or a
 * killed process.
 *
 * <p>Start at {@link io.haori.training.checkpoint.Progress}, what is known besides the tensors,
 * then {@link io.haori.training.checkpoint.Checkpoints}, which writes and reads both.
 */
@NullMarked
package io.haori.training.checkpoint;

import org.jspecify.annotations.NullMarked;
