/**
 * Intervals that hold at every moment: one may look after each answer and stop whenever one likes.
 * {@link io.haori.analysis.sequential.ConfidenceSequence} is the interval of a mean, {@link
 * io.haori.analysis.sequential.AccuracyTrial} compares a candidate with what is live by two of
 * them, or by one of paired answers, and says {@link io.haori.analysis.sequential.Verdict} what to
 * do.
 */
@NullMarked
package io.haori.analysis.sequential;

import org.jspecify.annotations.NullMarked;
