/**
 * Fitting a frozen base to a labelled task.
 *
 * <p>Start at {@link io.haori.training.task.Tuner} (data in, model and scores out), then {@link
 * io.haori.training.task.TextModel} (what predicts) and {@link io.haori.training.task.TuningTask}
 * (what the training loop calls). {@link io.haori.training.task.AdapterFolder} stores and loads.
 */
@NullMarked
package io.haori.training.task;

import org.jspecify.annotations.NullMarked;
