/**
 * Folders that a command writes: what is refused, replaced or resumed. Start at {@link
 * io.haori.cli.output.OutFolder} and {@link io.haori.cli.output.RunRecord}.
 */
@NullMarked
package io.haori.cli.output;

import org.jspecify.annotations.NullMarked;
