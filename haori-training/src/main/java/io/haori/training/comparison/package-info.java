/**
 * Several methods on one dataset, each with several seeds, one run after another on one base.
 *
 * <p>Start at {@link io.haori.training.comparison.Comparison}; what a run leaves behind is {@link
 * io.haori.training.comparison.FinishedRun}, which is kept so that it is never done twice.
 */
@NullMarked
package io.haori.training.comparison;

import org.jspecify.annotations.NullMarked;
