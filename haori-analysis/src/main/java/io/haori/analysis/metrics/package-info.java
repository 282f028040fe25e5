/**
 * How good predictions are. Start at {@link io.haori.analysis.metrics.ClassificationScores} for
 * classes and {@link io.haori.analysis.metrics.RegressionScores} for numbers; {@link
 * io.haori.analysis.metrics.ConfusionMatrix} and {@link io.haori.analysis.metrics.Correlation} hold
 * the arithmetic. Every score is a finite number: the cases in which a formula divides zero by zero
 * are decided beside the formula.
 */
@NullMarked
package io.haori.analysis.metrics;

import org.jspecify.annotations.NullMarked;
