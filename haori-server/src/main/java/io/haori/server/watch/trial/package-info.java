/**
 * Candidates beside what is live: {@link io.haori.server.watch.trial.AnswerWatch} is what the
 * routes report their answers to, {@link io.haori.server.watch.trial.Assignment} says who answers a
 * request, {@link io.haori.server.watch.trial.LiveDecisions} ends trials and rolls back by rule.
 */
@NullMarked
package io.haori.server.watch.trial;

import org.jspecify.annotations.NullMarked;
