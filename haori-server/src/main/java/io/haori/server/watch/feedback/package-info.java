/**
 * True labels of answers: {@link io.haori.server.watch.feedback.AnswerJournal} keeps answers that
 * may get feedback, {@link io.haori.server.watch.feedback.AnswerText} words answers and true labels
 * alike, {@link io.haori.server.watch.feedback.LiveAccuracy} is what follows for each version and
 * {@link io.haori.server.watch.feedback.TrialAccuracy} for each trial.
 */
@NullMarked
package io.haori.server.watch.feedback;

import org.jspecify.annotations.NullMarked;
