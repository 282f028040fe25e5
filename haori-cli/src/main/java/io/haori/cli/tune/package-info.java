/**
 * {@code haori tune} and the fits of one task that other commands compare with: start at {@link
 * io.haori.cli.tune.TuneCommand}.
 */
@NullMarked
package io.haori.cli.tune;

import org.jspecify.annotations.NullMarked;
