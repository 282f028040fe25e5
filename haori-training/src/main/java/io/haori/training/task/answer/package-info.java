/**
 * Answers of fitted models on rows whose labels are known: {@link
 * io.haori.training.task.answer.Predictions} and their scores, how far they agree with those of
 * another model or of a base in fewer bits ({@link io.haori.training.task.answer.Agreement}, {@link
 * io.haori.training.task.answer.BaseDifferences}), how long they take ({@link
 * io.haori.training.task.answer.AnswerTimes}), and what makes their probabilities honest ({@link
 * io.haori.training.task.answer.Calibrator}).
 */
@NullMarked
package io.haori.training.task.answer;

import org.jspecify.annotations.NullMarked;
