/**
 * Probabilities that can be trusted: calibration, sets with a promised coverage, and texts that
 * belong to no known class. Everything is learnt from rows that the model was not trained on.
 *
 * <pre>{@code
 * Temperature temperature = Temperature.fit(logits, classes);
 * double[] probabilities = temperature.probabilities(logits[0]);
 * ConformalSets sets = ConformalSets.of(Kind.LAC, allProbabilities, classes);
 * sets.set(probabilities, sets.bound("coverage", 0.9)); // right in 9 of 10 cases
 * UnknownScore distance = UnknownScore.of(trainVectors, trainClasses);
 * HeldOutScores known = HeldOutScores.of(distance.scores(heldOutVectors));
 * boolean noneOfThese = distance.score(vector) > known.quantile("unknown", 0.9);
 * }</pre>
 *
 * <p>Start at {@link io.haori.analysis.calibration.Temperature} (what a probability means), {@link
 * io.haori.analysis.calibration.HeldOutScores} (where a promise of coverage comes from) and {@link
 * io.haori.analysis.calibration.UnknownScore} (how far a text is from all known ones). {@link
 * io.haori.analysis.calibration.CalibrationError} measures how far probabilities are off.
 */
@NullMarked
package io.haori.analysis.calibration;

import org.jspecify.annotations.NullMarked;
