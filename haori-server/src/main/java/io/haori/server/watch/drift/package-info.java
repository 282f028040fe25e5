/**
 * Whether live texts are still those of the evaluation: {@link
 * io.haori.server.watch.drift.DriftWatch} sees the answers of each version, {@link
 * io.haori.server.watch.drift.DriftStatus} is what it found, {@link
 * io.haori.server.watch.drift.Webhook} sends alarms on.
 */
@NullMarked
package io.haori.server.watch.drift;

import org.jspecify.annotations.NullMarked;
