/**
 * How a command shows itself: {@link io.haori.cli.terminal.Console} holds the streams, {@link
 * io.haori.cli.terminal.Table} and {@link io.haori.cli.terminal.JsonResult} the results, {@link
 * io.haori.cli.terminal.Progress} how far the work is, {@link io.haori.cli.terminal.Interruption}
 * what happens on Ctrl-C. Nothing here knows about models.
 */
@NullMarked
package io.haori.cli.terminal;

import org.jspecify.annotations.NullMarked;
