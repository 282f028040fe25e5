/**
 * Routes about answers that were given: {@link io.haori.server.api.watch.WatchRoute} shows drift
 * and accuracy, {@link io.haori.server.api.watch.FeedbackRoute} takes true labels, {@link
 * io.haori.server.api.watch.GivenFeedbackRoute} lists those of detectors of anomalies, {@link
 * io.haori.server.api.watch.TrialsRoute} tries candidates; {@link
 * io.haori.server.api.watch.WatchedAnswers} reports each answer to what watches it.
 */
@NullMarked
package io.haori.server.api.watch;

import org.jspecify.annotations.NullMarked;
