/**
 * Answers that say how far they can be trusted. {@link io.haori.inference.calibration.Calibration}
 * is what was learnt from rows that a model was not trained on; {@link
 * io.haori.inference.calibration.CalibratedAnswers} applies it; an {@link
 * io.haori.inference.calibration.AnswerRule} says what is asked.
 *
 * <pre>{@code
 * try (TextBase base = TextBase.open("minilm");
 *     TextModel model = AdapterFolder.load(folder, base)) { // its probabilities are calibrated
 *   var rule = new AnswerRule(null, 0.9, 0.95);
 *   var answers = CalibratedAnswers.of(model, AdapterFolder.calibration(folder), rule);
 *   for (CalibratedAnswer answer : answers.predict(texts)) {
 *     System.out.println(answer.label() + " out of " + answer.set()); // perhaps "none of these"
 *   }
 * }
 * }</pre>
 */
@NullMarked
package io.haori.inference.calibration;

import org.jspecify.annotations.NullMarked;
