/**
 * Whether the texts that come are still those that a version was evaluated on: {@link
 * io.haori.analysis.drift.ObservedRow} is what is seen of a text, {@link
 * io.haori.analysis.drift.DriftProfile} what a version's evaluation rows looked like, with a limit
 * for each of the {@link io.haori.analysis.drift.DriftKind kinds} of drift, and {@link
 * io.haori.analysis.drift.DriftAlarm} raises an alarm when two windows in a row are above one.
 *
 * <pre>{@code
 * DriftProfile profile = DriftProfile.of(evaluationRows, seed);
 * WindowCounts window = profile.newCounts();
 * liveRows.forEach(row -> window.add(profile.encode(row)));
 * alarm.look(profile.drift(window));
 * }</pre>
 *
 * <p>{@link io.haori.analysis.drift.DriftLimits} says how the limits come from the evaluation rows'
 * own spread, so that an alarm without a cause comes at most once a month.
 */
@NullMarked
package io.haori.analysis.drift;

import org.jspecify.annotations.NullMarked;
