/**
 * One task fitted in several ways on one base, and what differs: {@link
 * io.haori.training.baseline.TaskFitter} fits, {@link io.haori.training.baseline.TaskFit} is a
 * way's result and compares itself with another's, {@link io.haori.training.baseline.Baselines} has
 * the usual other ways, {@link io.haori.training.baseline.DenseComparison} measures what a sparse
 * module costs beside a dense one.
 *
 * <pre>{@code
 * TaskFitter fitter = new TaskFitter(base, rows, method -> TuneSettings.of(method));
 * TaskFit frozen = fitter.fit("frozen", Baselines.frozen());
 * TaskFit lora = fitter.fit("lora", Baselines.lora());
 * Interval gain = lora.against(frozen, 42);
 * }</pre>
 */
@NullMarked
package io.haori.training.baseline;

import org.jspecify.annotations.NullMarked;
