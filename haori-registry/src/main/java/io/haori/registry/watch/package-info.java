/**
 * What servers see: {@link io.haori.registry.watch.DriftReference} of a version's evaluation rows,
 * answers that may get feedback, and {@link io.haori.registry.watch.Feedback} about them; all of it
 * through {@link io.haori.registry.watch.WatchRecords}.
 */
@NullMarked
package io.haori.registry.watch;

import org.jspecify.annotations.NullMarked;
