/**
 * {@code haori anomaly}: pictures that are unlike good ones. Start at {@link
 * io.haori.cli.anomaly.AnomalyFitCommand}.
 */
@NullMarked
package io.haori.cli.anomaly;

import org.jspecify.annotations.NullMarked;
