/**
 * Trials of ways to fit a task, in looks: a model learns from the parts of the rows so far and
 * answers the next part, so that a trial can end before all rows were used. Start at {@link
 * io.haori.training.proof.GrowingRows} (which rows are learnt from and answered in a look), then
 * {@link io.haori.training.proof.ProofFits} (fits and answers, kept for a run that is continued);
 * {@link io.haori.training.proof.FitCosts} says beforehand how long that takes. Whether a way gains
 * is {@link io.haori.analysis.sequential.GainTest}.
 */
@NullMarked
package io.haori.training.proof;

import org.jspecify.annotations.NullMarked;
